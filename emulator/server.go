// Package emulator is the server: it joins the rooms. A Server answers S3
// requests for every world of a scenario file, each at its own address, and the
// control plane beside them.
package emulator

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awshost"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/metrics"
	"github.com/s3fault/s3fault/internal/oidc"
	"github.com/s3fault/s3fault/internal/store/blob"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// Entry is what happened to one request.
type Entry = journal.Entry

// Decision is the answer to one authorization question.
type Decision = authz.Decision

// Config says what a Server serves. The zero value of every field but File is a
// good default.
type Config struct {
	// File holds the scenarios; each becomes a world.
	File *scenarios.File
	// Scenario is the one at the bare address; empty: the first of the file.
	Scenario string
	// Responses and AsOf override what the file says, where they are set.
	Responses string
	AsOf      time.Time
	// Domains are host names under which NAME.scenario.D and s3.D are served,
	// besides localhost.
	Domains []string
	// SeparateControl keeps the control plane off the S3 address; it is then
	// reached through Control alone.
	SeparateControl bool
	// BodyTimeout is how long the body of a request may stall before it is answered with
	// 400 RequestTimeout, IdleTimeout how long a connection may be without a request before
	// it is closed; 0: as long as with S3, 20 s and 6 s. Both are for Serve to keep.
	BodyTimeout, IdleTimeout time.Duration
	// AdminToken is what every call of the control plane must bring, as
	// "Authorization: Bearer TOKEN"; empty: none.
	AdminToken string
	// Host is the name or IP address that Serve's listener was opened with. Worlds open
	// their own ports on it, and it may stand in the Host header of calls of the control
	// plane. Empty: 127.0.0.1.
	Host string
	// TLS is how the server speaks TLS with who wants to, on the same addresses as HTTP: HTTP/1.1
	// alone, as S3. nil: plain HTTP alone.
	TLS *tls.Config
	// CA is the certificate, in PEM, of the authority that clients are to trust, and CAFile
	// where it is on this machine, which may be empty: what the control plane tells of them.
	CA     []byte
	CAFile string
	// TestCredentials is a caller of the scenario at the bare address who is to have the
	// key pair test/test, in its own world alone; empty: nobody.
	TestCredentials string
	// DataDir is a folder in which worlds are kept with all that they are changed to: they
	// survive a restart, kill -9, and a power cut. It is made where there is none, and has one
	// server at a time. Empty: all is in memory.
	DataDir string
	// DataNoSync leaves it to the machine when it writes to DataDir's disk, which is quicker:
	// worlds then survive the end of the process, and not a power cut.
	DataNoSync bool
	// Now is the real clock, which every world's own clock follows; nil: time.Now.
	Now func() time.Time
	// Observe is called for each request once its answer has been written to its end, or as
	// far as it ever will be, so that the entry has its bytes and its duration. A client may
	// have read the answer by then; the journal had the request before. It must not block.
	// What the layers said of an allowed request is not in the entry: Requests has it.
	Observe func(Entry)
	// ObserveBriefly has Observe told, of what the layers said of a refused request, only the
	// finding that its answer names (Decision.Behind): nobody works out the others then.
	ObserveBriefly bool
	// Warn is called for what is probably not meant in a scenario that is loaded (see
	// scenarios.Scenario.Warnings), and for what a patch brings that AWS might have
	// refused; it must not block. What requests bring is in their entries. Without a world
	// it is about clients who do not come to speak HTTP or TLS with the server, each thing
	// once.
	Warn func(world, warning string)
}

// Server answers S3 requests. It is safe for concurrent use.
type Server struct {
	config  Config
	keeper  *keeper     // nil: worlds are in memory alone
	blobs   *blob.Store // the bytes of bodies, where they are in memory
	bodies  build.Bodies
	worlds  *worlds
	strays  *records // of the requests that reached no world
	samples exchange.Samples
	control func() http.Handler      // made when it is first asked
	ports   sync.WaitGroup           // what goes on behind the worlds' own
	address atomic.Pointer[net.Addr] // the first that Serve was given; nil: none yet
	metrics *metrics.Metrics
	misses  misses
	signer  oidc.Signer // of all OpenID Connect providers
	started time.Time   // when the worlds of scenarios begin, by the real clock
}

// New builds every world of the file; of the built-in library the one at the bare address, and
// each other when somebody first asks for it, as if it had been there all the time. Its errors
// name the place in the file.
func New(c Config) (*Server, error) {
	c.Now = nowOr(c.Now)
	c.BodyTimeout, c.IdleTimeout = cmp.Or(c.BodyTimeout, bodyTime), cmp.Or(c.IdleTimeout, idleTime)
	c.Domains = append([]string{"localhost"}, c.Domains...)
	names := c.File.Names()
	if len(names) == 0 {
		return nil, fmt.Errorf("%s has no scenario", c.File.Name())
	}
	k, err := openKeeper(&c)
	if err != nil {
		return nil, err
	}
	s := &Server{
		config: c, keeper: k, blobs: blob.NewStore(), strays: newRecords(), misses: misses{tell: c.Warn},
		signer: k.signer(), started: c.Now(),
	}
	s.worlds = newWorlds(s)
	if k != nil {
		k.server = s
	}
	if err := begin(s, names); err != nil {
		k.leave()
		return nil, err
	}
	return s, nil
}

// begin opens the worlds.
func begin(s *Server, names []string) error {
	c := s.config
	s.config.Scenario = cmp.Or(c.Scenario, names[0])
	if _, err := c.File.Scenario(s.config.Scenario); err != nil {
		return err
	}
	if err := s.worlds.openFirst(); err != nil {
		return err
	}
	if err := s.keeper.reopen(); err != nil {
		return err
	}
	if err := s.checkTestCredentials(); err != nil {
		return err
	}
	s.metrics = metrics.New(s.worlds.census)
	s.control = sync.OnceValue(control{s}.handler)
	return nil
}

func nowOr(now func() time.Time) func() time.Time {
	if now == nil {
		return time.Now
	}
	return now
}

// Default is the name of the scenario at the bare address.
func (s *Server) Default() string { return s.config.Scenario }

// Control is the control plane, for a listener of its own.
func (s *Server) Control() http.Handler { return s.control() }

// ServeHTTP answers a request: the control plane's under /_s3fault, all others
// are S3's.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.answer(w, r, "") }

// answer is ServeHTTP at the port of a world; empty: at an address of the server's.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, bare string) {
	tellTLS(r)
	p := proxying{s, w, r}
	named, refused := p.open()
	switch {
	case refused != nil:
		p.turnAway(refused)
	case r.Method == http.MethodConnect: // and is answered
	case !s.config.SeparateControl && s.isControl(r):
		s.control().ServeHTTP(w, atPort(r, bare))
	default:
		s.serve(w, r, cmp.Or(named, bare))
	}
}

// isControl says whether a request is the control plane's. All of a host name that is
// AWS's, or a bucket's, is S3's: there are keys that begin with _s3fault/.
func (s *Server) isControl(r *http.Request) bool {
	rest, ok := strings.CutPrefix(r.URL.Path, ControlPrefix)
	if !ok || rest != "" && rest[0] != '/' {
		return false
	}
	p := place{}
	p.readHost(hostName(r.Host), s.config.Domains)
	return p.Bucket == "" && !awshost.Is(hostName(r.Host))
}

// Package play plays the expectations of scenarios against a running server, over HTTP
// and really signed.
package play

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/s3api"
	"github.com/s3fault/s3fault/scenarios"
	"github.com/s3fault/s3fault/sigv4"
)

// Player plays calls against a running server, over HTTP and really signed.
type Player struct {
	// Endpoint is the world's: "http://HOST:PORT/~NAME".
	Endpoint string
	// Control is the control plane's: "http://HOST:PORT/_s3fault".
	Control string
	Region  string
	Callers map[string]sigv4.Credentials
	// Responses is what the server answers with: "article" or "aws".
	Responses string
	// Client sends the requests; nil: one that follows no redirects and no proxy.
	Client *http.Client
	// Now is the world's clock; nil: time.Now.
	Now func() time.Time
}

// For plays against the world of a scenario on the server at base ("http://HOST:PORT"),
// as its control plane describes it, with these responses.
func For(sc *emulator.Scenario, base, responses string) *Player {
	p := &Player{
		Endpoint: sc.Endpoint, Control: base + emulator.ControlPrefix, Region: sc.Region,
		Callers: map[string]sigv4.Credentials{}, Responses: responses,
	}
	for caller, c := range sc.Callers {
		p.Callers[caller] = sigv4.Credentials{
			AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken,
		}
	}
	return p
}

// Mismatch is a difference between what was wanted and what was seen.
type Mismatch struct{ What, Wanted, Seen string }

func (m Mismatch) String() string {
	return fmt.Sprintf("%s: wanted %s, seen %s", m.What, m.Wanted, m.Seen)
}

// defaultExpires is the validity of a presigned URL that names none, as the AWS
// CLI has it.
const defaultExpires = time.Hour

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 20

// shapes are how requests for the operations look.
var shapes = s3api.Shapes()

// directClient talks to the endpoint and to nobody else.
var directClient = &http.Client{
	Transport:     &http.Transport{Proxy: nil, DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Play sends a call and compares. The error is for a call that could not be
// played at all.
func (p *Player) Play(ctx context.Context, c scenarios.Call) ([]Mismatch, error) {
	r, err := p.request(ctx, c)
	if err != nil {
		return nil, err
	}
	seen, err := p.send(r)
	if err != nil {
		return nil, err
	}
	want := c.Want.In(p.Responses)
	if want.Layer != "" || want.Statement != "" {
		if err := p.ask(ctx, seen); err != nil {
			return nil, err
		}
	}
	return compare(want, seen), nil
}

// request builds the call as a client would send it, signed.
func (p *Player) request(ctx context.Context, c scenarios.Call) (*http.Request, error) {
	shape, ok := shapes[c.Call]
	if !ok {
		return nil, fmt.Errorf("there is no call %q", c.Call)
	}
	target := p.Endpoint + "/"
	if shape.Bucket {
		target += escape(c.Bucket)
	}
	if shape.Key {
		target += "/" + escape(c.Key)
	}
	query := url.Values{}
	if shape.Parameter != "" {
		query.Set(shape.Parameter, shape.Value)
	}
	if shape.With != "" {
		query.Set(shape.With, "")
	}
	if c.VersionID != "" {
		query.Set("versionId", c.VersionID)
	}
	for name, value := range c.Query {
		query.Set(name, value)
	}
	if len(query) > 0 {
		target += "?" + strings.ReplaceAll(query.Encode(), "+", "%20")
	}
	r, err := http.NewRequestWithContext(ctx, shape.Method, target, strings.NewReader(c.Body))
	if err != nil {
		return nil, err
	}
	for name, value := range c.Headers {
		r.Header.Set(name, value)
	}
	// net/http sends its own Host, and none of the headers.
	r.Host = cmp.Or(r.Header.Get("Host"), r.Host)
	return r, p.sign(r, c)
}

// escape encodes a name for a path as the SDKs do: slashes stay.
func escape(name string) string {
	segments := strings.Split(name, "/")
	for i, s := range segments {
		segments[i] = strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
	}
	return strings.Join(segments, "/")
}

func (p *Player) sign(r *http.Request, c scenarios.Call) error {
	if c.As == scenarios.Anonymous {
		return nil
	}
	who, ok := p.Callers[c.As]
	if !ok {
		return fmt.Errorf("there is no caller %q", c.As)
	}
	if c.Presign != nil {
		p.presign(r, who, *c.Presign)
		return nil
	}
	how := scenarios.Signing{Region: p.Region}
	if c.Sign != nil {
		how = *c.Sign
	}
	region := how.Region
	if region == "" {
		region = p.Region
	}
	if how.Secret != "" {
		who.SecretAccessKey = how.Secret
	}
	if how.AccessKey != "" {
		who.AccessKeyID = how.AccessKey
	}
	sigv4.Sign(r, who, sigv4.Scope{Region: region, Service: "s3"}, sigv4.HashPayload([]byte(c.Body)),
		p.now().Add(-how.Age))
	if how.DropHeader != "" {
		r.Header.Del(how.DropHeader)
	}
	return nil
}

func (p *Player) presign(r *http.Request, who sigv4.Credentials, how scenarios.Presigning) {
	sent := r.Method
	if how.Method != "" {
		r.Method = how.Method
	}
	if how.Expires == 0 {
		how.Expires = defaultExpires
	}
	if how.Region == "" {
		how.Region = p.Region
	}
	made := p.now().Add(-how.Age)
	if how.SigV2 {
		resource := strings.TrimPrefix(r.URL.EscapedPath(), p.prefix())
		sigv4.PresignV2(r, who, resource, made.Add(how.Expires))
	} else {
		sigv4.Presign(r, who, sigv4.Scope{Region: how.Region, Service: "s3"}, how.Expires, made)
	}
	r.Method = sent
}

// prefix is the /~NAME of the endpoint, which is no part of SigV2's resource.
func (p *Player) prefix() string {
	u, err := url.Parse(p.Endpoint)
	if err != nil {
		return ""
	}
	return u.EscapedPath()
}

func (p *Player) now() time.Time {
	if p.Now == nil {
		return time.Now()
	}
	return p.Now()
}

// seen is an answer as a client reads it, with what the control plane says of
// the request.
type seen struct {
	status  int
	header  http.Header
	body    []byte
	code    string
	message string

	layers     []string
	statements []string
}

func (p *Player) client() *http.Client {
	if p.Client == nil {
		return directClient
	}
	return p.Client
}

func (p *Player) send(r *http.Request) (*seen, error) {
	resp, err := p.client().Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	s := &seen{status: resp.StatusCode, header: resp.Header}
	if s.body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer)); err != nil {
		return nil, err
	}
	var e struct {
		XMLName       xml.Name `xml:"Error"`
		Code, Message string
	}
	if bytes.Contains(s.body, []byte("<Error>")) && xml.Unmarshal(s.body, &e) == nil {
		s.code, s.message = e.Code, e.Message
	}
	return s, nil
}

// ask finds out which layers stood in the way, and which statements decided.
func (p *Player) ask(ctx context.Context, s *seen) error {
	id := s.header.Get("x-amz-request-id")
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.Control+"/requests/"+url.PathEscape(id), nil)
	if err != nil {
		return err
	}
	resp, err := p.client().Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the control plane does not know the request %q: %s", id, resp.Status)
	}
	var entry struct {
		Decisions []struct {
			Verdict  string
			DeniedBy []string `json:"denied_by"`
			Findings []struct {
				Layer     string
				Statement *struct{ Sid string }
			}
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&entry); err != nil {
		return err
	}
	for _, d := range entry.Decisions {
		s.layers = append(s.layers, d.DeniedBy...)
		for _, f := range d.Findings {
			if f.Statement != nil && slices.Contains(d.DeniedBy, f.Layer) {
				s.statements = append(s.statements, f.Statement.Sid)
			}
		}
	}
	slices.Sort(s.layers)
	s.layers = slices.Compact(s.layers)
	return nil
}

// compare lists what differs. Exactly the wanted layer must have denied.
func compare(w scenarios.Want, s *seen) []Mismatch {
	var all []Mismatch
	differ := func(what string, differs bool, wanted, seen string) {
		if differs {
			all = append(all, Mismatch{what, wanted, seen})
		}
	}
	differ("status", w.Status != 0 && w.Status != s.status, fmt.Sprint(w.Status),
		strings.TrimSpace(fmt.Sprint(s.status, " ", s.code)))
	differ("code", w.Code != "" && w.Code != s.code, w.Code, quoteEmpty(s.code))
	differ("message", w.Message != "" && w.Message != s.message, w.Message, quoteEmpty(s.message))
	differ("layer", w.Layer != "" && !slices.Equal(s.layers, []string{w.Layer}), w.Layer,
		quoteEmpty(strings.Join(s.layers, ", ")))
	differ("statement", w.Statement != "" && !slices.Contains(s.statements, w.Statement), w.Statement,
		quoteEmpty(strings.Join(s.statements, ", ")))
	differ("body", w.BodyContains != "" && !bytes.Contains(s.body, []byte(w.BodyContains)), w.BodyContains,
		quoteEmpty(string(s.body)))
	for name, value := range w.Header {
		differ("header "+name, s.header.Get(name) != value, value, quoteEmpty(s.header.Get(name)))
	}
	return all
}

func quoteEmpty(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

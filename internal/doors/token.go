package doors

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strconv"
	"time"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/exchange"
)

// The headers of IMDSv2 (EC2 User Guide, "Use the Instance Metadata Service").
const (
	tokenHeader = "X-Aws-Ec2-Metadata-Token"
	ttlHeader   = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"

	mostSeconds = 21600
)

// seal is what session tokens are sealed with, in this process. They are kept nowhere.
var seal = func() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	return key
}()

// sealed is a session token that ends then.
func sealed(world string, ends time.Time) string {
	text := binary.BigEndian.AppendUint64(nil, uint64(ends.UnixNano()))
	return base64.StdEncoding.EncodeToString(append(text, stamp(world, text)...))
}

func stamp(world string, text []byte) []byte {
	mac := hmac.New(sha256.New, seal)
	mac.Write(text)
	mac.Write([]byte(world))
	return mac.Sum(nil)
}

// unsealed is when a session token ends; not ok: it is none of that world's.
func unsealed(world, token string) (ends time.Time, ok bool) {
	text, err := base64.StdEncoding.DecodeString(token)
	if err != nil || base64.StdEncoding.EncodeToString(text) != token || len(text) != 8+sha256.Size ||
		!hmac.Equal(text[8:], stamp(world, text[:8])) {
		return time.Time{}, false
	}
	return time.Unix(0, int64(binary.BigEndian.Uint64(text))), true
}

// checkSessionRequest holds a request for a session token to its form.
func (c *Call) checkSessionRequest() error {
	text := c.Request.Header.Get(ttlHeader)
	seconds, err := strconv.Atoi(text)
	switch {
	case c.Request.Method != http.MethodPut || c.path != tokenPath:
		return &refusal{Status: http.StatusMethodNotAllowed}
	case c.Request.Header.Get("X-Forwarded-For") != "":
		return cause.Say(&refusal{Status: http.StatusForbidden},
			"the request came through a proxy: it has X-Forwarded-For, and IMDSv2 gives no session token then")
	case err != nil || seconds < 1 || seconds > mostSeconds:
		return cause.Say(&refusal{Status: http.StatusBadRequest}, "%s is a number of seconds from 1 to %d, not %q",
			"x-aws-ec2-metadata-token-ttl-seconds", mostSeconds, text)
	}
	return nil
}

func (c *Call) sessionToken() (*exchange.Reply, error) {
	text := c.Request.Header.Get(ttlHeader)
	seconds, _ := strconv.Atoi(text) // it has been read before
	reply := document(plainText, sealed(c.State().Name, c.Now.Add(time.Duration(seconds)*time.Second)))
	reply.Header.Set(ttlHeader, strconv.Itoa(seconds))
	reply.Header.Set("Server", metadataServer)
	return reply, nil
}

// remaining is how many seconds of the world's time a session token is good for; not ok:
// it is none.
func (c *Call) remaining(token string) (seconds int, ok bool) {
	ends, ok := unsealed(c.State().Name, token)
	return int(ends.Sub(c.Now) / time.Second), ok
}

package fault

import (
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

const expireName = "expire"

// expiry ends what the request was made with.
type expiry string

// session is the session of temporary credentials: its key has expired from now on.
const session expiry = "session"

var expiries = facts.Is[expiry](facts.OneOf("value", session))

func (expiry) Name() string { return expireName }

const tokenHeader = "X-Amz-Security-Token"

// Chooses strikes requests with temporary credentials alone.
func (expiry) Chooses(s *Strike) bool {
	return s.Header().Get(tokenHeader) != "" || s.Request.HTTP.URL.Query().Get(tokenHeader) != ""
}

// Check wants requests that somebody signs.
func (expiry) Check(o Operation, _ *Catalogue, n *tree.Node) error {
	if o.Service == Credentials {
		return tree.Fail(n, "nobody signs %s: sessions end in the requests that are made with them", o)
	}
	return nil
}

// Expires says whether a strike has ended the session that the request was made with.
func (v *Visit) Expires() bool {
	for _, s := range v.Strikes() {
		if _, ok := s.Effect.(expiry); ok {
			return true
		}
	}
	return false
}

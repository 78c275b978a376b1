package emulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/awshost"
	"github.com/s3fault/s3fault/internal/oidc"
	"github.com/s3fault/s3fault/internal/world"
)

// providerPrefix is where the OpenID Connect providers of a world are, below its address:
// /_oidc/ and the issuer without its https://. No bucket name has an underscore.
const providerPrefix = "/_oidc/"

// What a provider is asked for, behind its issuer.
const (
	discoveryPath = "/.well-known/openid-configuration"
	keysPath      = "/keys"
)

// playProvider answers as an OpenID Connect provider of a world, if it is one that is asked;
// bare is as in serve. It is no service of AWS's: the journal does not know of it.
func playProvider(s *Server, w http.ResponseWriter, r *http.Request, bare string) bool {
	if !strings.Contains(r.URL.Path, providerPrefix) || awshost.Is(hostName(r.Host)) {
		return false // as nearly every request, of which serve reads the address
	}
	at := locate(r.Host, r.URL.EscapedPath(), "", s.config.Domains)
	asked, is := strings.CutPrefix(at.Path, providerPrefix)
	if !is || at.Bucket != "" {
		return false
	}
	of, err := s.worlds.find("scenario or world", cmp.Or(at.world, bare, s.config.Scenario))
	if err != nil {
		refuse(w, r, err)
		return true
	}
	answer, err := of.asProvider(r, asked)
	switch {
	case err != nil:
		refuse(w, r, err)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		writeJSON(w, http.StatusMethodNotAllowed, refusal(&wrongMethod{r.URL.Path, r.Method}))
	default:
		writeJSON(w, http.StatusOK, answer)
	}
	return true
}

// asProvider is what a provider answers to who asks for it at /_oidc/ and asked.
func (w *World) asProvider(r *http.Request, asked string) (any, error) {
	issuer, discovers := strings.CutSuffix(asked, discoveryPath)
	if !discovers {
		var keys bool
		if issuer, keys = strings.CutSuffix(asked, keysPath); !keys {
			return nil, &NotFound{Kind: "page of an OpenID Connect provider", Name: r.URL.Path}
		}
	}
	url, err := issuerAmong(issuer, w.live.Now().State)
	switch {
	case err != nil:
		return nil, err
	case !discovers:
		return w.oidc.Set()
	}
	return oidc.Discover(url, schemeOf(r)+r.Host+strings.TrimSuffix(r.URL.EscapedPath(), discoveryPath)+keysPath), nil
}

// issuerAmong is the URL of an issuer that a world plays, which is named by it, as condition
// keys have it, or by the ARN of its provider. An empty name is that of the only one there is. Error: *NotFound.
func issuerAmong(name string, s *world.State) (string, error) {
	known := world.Issuers(s)
	if name == "" && len(known) == 1 {
		return known[0], nil
	}
	url := world.IssuerURL(name)
	if slices.Contains(known, url) {
		return url, nil
	}
	return "", noIssuer(name, url, known)
}

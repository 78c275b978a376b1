package shell

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/s3fault/s3fault/emulator"
)

// webIdentity is the token in a file, and the role that it is exchanged for.
func (p Client) webIdentity(sc *emulator.Scenario) ([]Setting, error) {
	w := p.Caller.WebIdentity
	if w == nil {
		return nil, fmt.Errorf("the caller %s of %s has no web_identity: {provider: URL, subject: SUB}", p.Name, sc.Name)
	}
	file, err := writeToken(sc, p.Name, w.Token)
	return WebIdentity(w, file), err
}

// WebIdentity is how a program gets the credentials of a caller by the token that is in a
// file.
func WebIdentity(w *emulator.WebIdentity, file string) []Setting {
	return append(unset("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
		set("AWS_WEB_IDENTITY_TOKEN_FILE", file), set("AWS_ROLE_ARN", w.RoleARN),
		set("AWS_ROLE_SESSION_NAME", w.SessionName))
}

// writeToken puts a caller's token into a file that nobody else can read, and returns its path.
// It is the same for each caller of a world of a server, so that writing it anew gives running
// programs the new token. It takes the place of the old one at once.
func writeToken(sc *emulator.Scenario, caller, token string) (string, error) {
	folder, err := tokenFolder(sc)
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, fileName(caller))
	return path, put(path, []byte(token))
}

// tokenFolder is where the tokens of a world are, of this user alone: below the folder for
// caches or, where there is none, a new one for what is temporary.
func tokenFolder(sc *emulator.Scenario) (string, error) {
	u, err := url.Parse(sc.Endpoint)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return os.MkdirTemp("", "s3fault-token-")
	}
	return filepath.Join(cache, "s3fault", "tokens", fileName(u.Host), fileName(sc.Name)), nil
}

// fileName is a name that a file can have everywhere, and that of no other name.
func fileName(name string) string {
	sum := sha256.Sum256([]byte(name))
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|. `, r) || r < ' ' {
			return '_'
		}
		return r
	}, name)
	return plain + "-" + hex.EncodeToString(sum[:4])
}

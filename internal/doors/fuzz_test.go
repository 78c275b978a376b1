package doors

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/store/blob"
	"github.com/s3fault/s3fault/internal/world"
)

// FuzzRead: whatever is asked for, a door answers, and keeps its hands off what is signed.
func FuzzRead(f *testing.F) {
	f.Add("GET", "/_credentials/container/app", "", "")
	f.Add("GET", "/_credentials/process/../../x", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e", "")
	f.Add("PUT", "/latest/api/token", "", "60")
	f.Add("GET", "/latest/meta-data/iam/security-credentials//", "", "")
	f.Add("GET", "/latest/dynamic/%2e%2e/%00", "", "9999999999999999999")
	live := store.NewLive(&store.Moment{Index: store.NewIndex(blob.NewStore()), State: &world.State{
		Name: "w", Region: "us-east-1", Accounts: map[string]*world.Account{"123456789012": {ID: "123456789012"}},
		Callers: map[string]*world.Caller{
			"app": {Name: "app", Account: "123456789012", Role: "r", SessionName: "i-1", Handing: world.Handing{From: world.FromInstance}},
		},
	}})
	f.Fuzz(func(t *testing.T, method, path, authorization, seconds string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Method = method
		r.Header.Set("Authorization", authorization)
		r.Header.Set(ttlHeader, seconds)
		c := Read(exchange.NewFrame(r, live, time.Unix(0, 0)), path)
		if c == nil {
			return
		}
		if authorization != "" && c.operation.form == asMetadata {
			t.Errorf("%s %s with %s is taken for the metadata", method, path, authorization)
		}
		reply, err := (*exchange.Reply)(nil), c.operation.checks(c)
		if err == nil && c.operation != instanceCredentials {
			reply, err = c.Serve()
		}
		if err != nil {
			reply = c.Fail(err)
		}
		if reply != nil && reply.Body == nil {
			t.Errorf("%s %s has no answer", method, path)
		}
	})
}

// FuzzToken: no session token is taken but one that was given, in its world and time.
func FuzzToken(f *testing.F) {
	now := time.Unix(1_800_000_000, 5)
	good := sealed("w", now)
	f.Add("w", good)
	f.Add("v", good)
	f.Add("w", good+"=")
	f.Add("w", "")
	f.Fuzz(func(t *testing.T, world, token string) {
		ends, ok := unsealed(world, token)
		if (world == "w" && token == good) != ok || ok && !ends.Equal(now) {
			t.Errorf("%s of %s: %s, %v", token, world, ends, ok)
		}
	})
}

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
	f.Add("GET", "/_credentials/container/pod", "secret", "")
	f.Add("GET", "/_credentials/process/tool", "secret", "")
	f.Add("GET", "/_credentials/contaner/pod", "secret", "")
	f.Add("GET", "/latest/meta-data/iam/security-credentials/r", "", "")
	f.Add("GET", "/_credentials/process/../../x", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e", "")
	f.Add("PUT", "/latest/api/token", "", "60")
	f.Add("GET", "/latest/meta-data/iam/security-credentials//", "", "")
	f.Add("GET", "/latest/dynamic/%2e%2e/%00", "", "9999999999999999999")
	const account = "123456789012"
	at := time.Unix(1_800_000_000, 0)
	callers := map[string]*world.Caller{"admin": {Name: "admin", Account: account}}
	for name, from := range map[string]world.Door{
		"app": world.FromInstance, "pod": world.FromContainer, "tool": world.FromProcess,
	} {
		callers[name] = &world.Caller{
			Name: name, Account: account, Role: "r", SessionName: "i-1",
			Handing: world.Handing{From: from, Token: "secret", TTL: time.Hour},
		}
	}
	index, state := store.NewIndex(blob.NewStore()), &world.State{
		Name: "w", Region: "us-east-1", Callers: callers, Accounts: map[string]*world.Account{account: {
			ID: account, Roles: map[string]*world.Role{"r": {Name: "r", ARN: "arn:aws:iam::" + account + ":role/r"}},
		}},
	}
	f.Fuzz(func(t *testing.T, method, path, authorization, seconds string) {
		live := store.NewLive(&store.Moment{Index: index, State: state})
		defer live.Close()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Method = method
		r.Header.Set("Authorization", authorization)
		r.Header.Set(ttlHeader, seconds)
		c := Read(exchange.NewFrame(r, live, at), path)
		if c == nil {
			return
		}
		if authorization != "" && c.operation.form == asMetadata {
			t.Errorf("%s %s with %s is taken for the metadata", method, path, authorization)
		}
		reply, err := (*exchange.Reply)(nil), c.operation.checks(c)
		if err == nil {
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

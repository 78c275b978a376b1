package clients

import (
	"context"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// turn is a step that changes the clock of the default world.
func turn(srv *emulatortest.Server, change string) step {
	return step{Do: "tell", URL: srv.Endpoint + "/_s3fault/worlds/" + srv.World + "/clock", Body: change}
}

// TestAnHourGoesBy lets every client live through an hour: its next call is good, its URL
// and its session from before have ended, and a new URL is good.
func TestAnHourGoesBy(t *testing.T) {
	everyClient(t, func(t *testing.T, c client) {
		srv := emulatortest.Start(t, "plain")
		file := filepath.Join(t.TempDir(), "file")
		get := step{Do: "get", Bucket: "my-bucket", Key: "file.txt", File: file}
		presign := step{Do: "presign", Method: "get_object", Bucket: "my-bucket", Key: "file.txt", Expires: 3600}
		hour := turn(srv, `{"advance": "61m"}`)
		if c.presigns {
			made := c.runAll(t, appOf(srv), []step{get, presign, hour, get, presign})
			if status, body := fetch(t, http.MethodGet, made[1].URL, nil); status != 403 ||
				!strings.Contains(string(body), "Request has expired") {
				t.Errorf("the old URL: %d %s\n%s", status, body, made[1].URL)
			}
			if status, body := fetch(t, http.MethodGet, made[4].URL, nil); status != 200 || string(body) != "hello\n" {
				t.Errorf("the new URL: %d %s\n%s", status, body, made[4].URL)
			}
		}
		said := c.run(t, sessionOf(t, srv), []step{get, hour, get})
		if said[0].refused() || said[2].Code != "ExpiredToken" {
			t.Errorf("a session of an hour: %+v before, %+v after", said[0], said[2])
		}
	})
}

// sessionOf is the program under test with a session of an hour.
func sessionOf(t *testing.T, srv *emulatortest.Server) target {
	t.Helper()
	at := appOf(srv)
	out, err := sts.New(sts.Options{
		BaseEndpoint: aws.String(srv.Endpoint), Region: at.Region,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: at.AccessKeyID, SecretAccessKey: at.SecretAccessKey}, nil
		}),
	}).GetSessionToken(t.Context(), &sts.GetSessionTokenInput{DurationSeconds: aws.Int32(3600)})
	if err != nil {
		t.Fatal(err)
	}
	c := out.Credentials
	at.AccessKeyID, at.SecretAccessKey, at.SessionToken = *c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken
	return at
}

// corrections says of each kind of client what becomes of its calls when its clock turns
// out to be an hour slow: the status of each request that it sends for two calls, and for
// two more after the clock is right again. Guessed first: who reads the Date, or ServerTime,
// corrects itself and remembers, both ways. So it is but for one: JavaScript corrects itself
// back and does not try again, so that one call fails.
var corrections = []struct {
	client   string // what its name begins with
	statuses []int
}{
	{"aws-cli", []int{403, 403, 200, 200}},                 // 1.45.11
	{"boto3", []int{403, 403, 200, 200}},                   // 1.43.11 and 1.26.27
	{"aws-sdk-go-v2", []int{403, 200, 200, 403, 200, 200}}, // s3 1.110.0
	{"javascript", []int{403, 200, 200, 403, 200}},         // client-s3 3.1169.0
	{"minio-go", []int{403, 403, 200, 200}},                // 7.4.1
	{"curl", []int{403, 403, 200, 200}},                    // 7.88.1
}

// TestWhoCorrectsItsClock plays them.
func TestWhoCorrectsItsClock(t *testing.T) {
	everyClient(t, func(t *testing.T, c client) {
		srv := emulatortest.Start(t, "plain")
		get := step{Do: "get", Bucket: "my-bucket", Key: "file.txt", File: filepath.Join(t.TempDir(), "file")}
		said := c.run(t, appOf(srv), []step{
			turn(srv, `{"client_skew": "1h"}`), get, get, turn(srv, `{"client_skew": "0s"}`), get, get,
		})
		var statuses []int
		for _, e := range srv.Requests() {
			statuses = append(statuses, e.Status)
			if e.Status != 200 && e.Code != "RequestTimeTooSkewed" {
				t.Errorf("%s is refused: %s %s", e.Path, e.Code, e.Message)
			}
		}
		for _, row := range corrections {
			if strings.HasPrefix(c.name, row.client) && !slices.Equal(statuses, row.statuses) {
				t.Errorf("%s: %v, want %v; it says %+v", c.name, statuses, row.statuses, said)
			}
		}
	})
}

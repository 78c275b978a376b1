package emulatortest_test

import (
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

// With TLS a policy that wants it is satisfied, at a world's own port and at a server's
// bare address; over plain HTTP it is not, on the very same port.
func TestTLS(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]emulatortest.Option{
		"shared": {emulatortest.TLS()},
		"alone":  {emulatortest.TLS(), emulatortest.Alone()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := emulatortest.Start(t, "tls-only-policy", opts...)
			get := &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("file.txt")}
			answer, err := sdkv2.S3(t, srv, "app").GetObject(t.Context(), get)
			if err != nil {
				t.Fatal(err)
			}
			if text, err := io.ReadAll(answer.Body); string(text) != "hello\n" || err != nil {
				t.Errorf("the object is %q, %v", text, err)
			}
			plain := sdkv2.Config(t, srv, "app")
			plain.BaseEndpoint = aws.String(strings.Replace(srv.Endpoint, "https:", "http:", 1))
			_, err = s3.NewFromConfig(plain, func(o *s3.Options) { o.UsePathStyle = true }).GetObject(t.Context(), get)
			srv.WantDenied(err, "bucket-policy")
			health, err := srv.Client().Get(srv.Endpoint + "/_s3fault/health")
			if err != nil {
				t.Fatal(err)
			}
			defer health.Body.Close()
			if text, _ := io.ReadAll(health.Body); health.StatusCode != http.StatusOK || !strings.Contains(string(text), srv.Endpoint) {
				t.Errorf("its health is %s", text)
			}
			isTrusted(t, srv)
		})
	}
}

// isTrusted looks for the certificate in what programs are told to trust.
func isTrusted(t *testing.T, srv *emulatortest.Server) {
	t.Helper()
	env := srv.Env("app")
	for _, name := range []string{"AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"} {
		i := slices.IndexFunc(env, func(v string) bool { return strings.HasPrefix(v, name+"=") })
		if i < 0 {
			t.Errorf("no %s", name)
			continue
		}
		text, err := os.ReadFile(strings.TrimPrefix(env[i], name+"="))
		if !strings.HasSuffix(string(text), string(srv.CA)) || err != nil {
			t.Errorf("%s names what has another certificate, %v", env[i], err)
		}
	}
}

// Package sdkv2 makes clients of the AWS SDK for Go v2 for the worlds of emulatortest.
// It is a package of its own, so that tests with another client need not have the SDK.
package sdkv2

import (
	"context"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// S3 is a client with the named caller's credentials, path style, for the scenario's
// region. A caller that the scenario does not have fails the test.
func S3(t testing.TB, srv *emulatortest.Server, caller string, opts ...func(*s3.Options)) *s3.Client {
	t.Helper()
	pathStyle := func(o *s3.Options) { o.UsePathStyle = true }
	return s3.NewFromConfig(Config(t, srv, caller), append([]func(*s3.Options){pathStyle}, opts...)...)
}

// Config is the SDK's configuration for clients of every service, with the named
// caller's credentials, for the scenario's region.
func Config(t testing.TB, srv *emulatortest.Server, caller string) aws.Config {
	t.Helper()
	c := srv.Caller(caller)
	credentials := aws.Credentials{
		AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken,
	}
	config := aws.Config{
		BaseEndpoint: aws.String(srv.Endpoint), Region: srv.Region,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return credentials, nil
		}),
	}
	if roots := srv.Roots(); roots != nil {
		config.HTTPClient = awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
			t.TLSClientConfig.RootCAs = roots
		})
	}
	return config
}

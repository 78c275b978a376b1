package controls

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/s3control/types"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

const s3controlWorld = `
    accounts:
      123456789012:
        users:
          all: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}
          reader: {policies: {one: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:GetAccountPublicAccessBlock", Resource: "arn:aws:s3:::*"}]}}}
      111111111111: {}
    callers:
      all: {account: 123456789012, user: all}
      reader: {account: 123456789012, user: reader}
      root: {account: 123456789012, root: true}
      stranger: {account: 111111111111, root: true}
    buckets:
      my-bucket:
        owner: 123456789012
        public_access_block: none
        policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}]}
        objects: {file.txt: {body: "hello\n"}}
`

const s3controlAccount = "123456789012"

// throughTo connects every host name to the server, as a name server would.
func throughTo(srv *emulatortest.Server) *http.Client {
	address := strings.TrimPrefix(srv.Endpoint, "http://")
	return &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}}
}

// proxied sends every request to the server as its proxy, which HTTP_PROXY does.
func proxied(t *testing.T, srv *emulatortest.Server) *http.Client {
	t.Helper()
	proxy, err := url.Parse(srv.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy)}}
}

// s3controlAs is S3 Control's client at an endpoint; empty: the server's. The client
// puts the account in front of the host.
func s3controlAs(t *testing.T, srv *emulatortest.Server, caller, endpoint string, by *http.Client) *s3control.Client {
	t.Helper()
	return s3control.NewFromConfig(sdkv2.Config(t, srv, caller), func(o *s3control.Options) {
		o.HTTPClient = by
		if endpoint != "" {
			o.BaseEndpoint = aws.String(endpoint)
		}
	})
}

func anonymously(t *testing.T, srv *emulatortest.Server) int {
	t.Helper()
	reply, err := http.Get(srv.Endpoint + "/my-bucket/file.txt")
	if err != nil {
		t.Fatal(err)
	}
	reply.Body.Close()
	return reply.StatusCode
}

func TestAccountPublicAccessBlock(t *testing.T) {
	t.Parallel()
	for _, way := range []struct {
		name, endpoint string
		proxy          bool
	}{
		{name: "as a proxy", proxy: true},
		{name: "as a proxy, by the world's path", endpoint: "http://127.0.0.1:1/~world", proxy: true},
		{name: "by the world's path", endpoint: "http://127.0.0.1/~world"},
		{name: "by the world's host", endpoint: "http://world.scenario.localhost"},
		{name: "by S3's host and the world's path", endpoint: "http://s3.localhost/~world"},
		{name: "by AWS's host", endpoint: "http://s3-control.us-east-1.amazonaws.com"},
	} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			srv := start(t, s3controlWorld)
			by := throughTo(srv)
			if way.proxy {
				by = proxied(t, srv)
			}
			configure(t, srv, s3controlAs(t, srv, "all", way.endpoint, by))
		})
	}
}

// configure goes through the life of an account's configuration, and what it does to
// who asks S3 without a name.
func configure(t *testing.T, srv *emulatortest.Server, c *s3control.Client) {
	t.Helper()
	account := aws.String(s3controlAccount)
	_, err := c.GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: account})
	var none *types.NoSuchPublicAccessBlockConfiguration
	if !errors.As(err, &none) {
		t.Fatalf("before there is any: %v", err)
	}
	if got := anonymously(t, srv); got != http.StatusOK {
		t.Fatalf("nothing blocks: %d", got)
	}
	_, err = c.PutPublicAccessBlock(ctx, &s3control.PutPublicAccessBlockInput{
		AccountId: account, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{RestrictPublicBuckets: aws.Bool(true)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := anonymously(t, srv); got != http.StatusForbidden {
		t.Errorf("the account restricts public buckets: %d", got)
	}
	out, err := c.GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: account})
	if err != nil {
		t.Fatal(err)
	}
	if b := out.PublicAccessBlockConfiguration; !*b.RestrictPublicBuckets || *b.BlockPublicAcls || *b.IgnorePublicAcls || *b.BlockPublicPolicy {
		t.Errorf("got %+v", b)
	}
	if _, err := c.DeletePublicAccessBlock(ctx, &s3control.DeletePublicAccessBlockInput{AccountId: account}); err != nil {
		t.Fatal(err)
	}
	if got := anonymously(t, srv); got != http.StatusOK {
		t.Errorf("nothing blocks any more: %d", got)
	}
}

func TestAccountPublicAccessBlockRefused(t *testing.T) {
	t.Parallel()
	srv := start(t, s3controlWorld)
	on := &types.PublicAccessBlockConfiguration{BlockPublicPolicy: aws.Bool(true)}
	put := func(caller, account string) error {
		_, err := s3controlAs(t, srv, caller, "", proxied(t, srv)).PutPublicAccessBlock(ctx, &s3control.PutPublicAccessBlockInput{
			AccountId: aws.String(account), PublicAccessBlockConfiguration: on,
		})
		return err
	}
	refused := refusedWith(t, put("reader", s3controlAccount), "AccessDenied")
	if want := "because no identity-based policy allows the s3:PutAccountPublicAccessBlock action"; !strings.Contains(refused.ErrorMessage(), want) {
		t.Errorf("got %q, want %q in it", refused.ErrorMessage(), want)
	}
	refusedWith(t, put("stranger", s3controlAccount), "AccessDenied")
	refusedWith(t, put("all", "111111111111"), "AccessDenied")
	refusedWith(t, put("all", "42"), "InvalidRequest")
	if _, err := s3controlAs(t, srv, "reader", "", proxied(t, srv)).GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: aws.String(s3controlAccount)}); err == nil {
		t.Error("a refused call has configured something")
	} else {
		refusedWith(t, err, "NoSuchPublicAccessBlockConfiguration")
	}
	if err := put("root", s3controlAccount); err != nil {
		t.Error(err)
	}
	_, err := sdkv2.S3(t, srv, "all").PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{
		Bucket: aws.String("my-bucket"), Policy: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/*"}]}`),
	})
	refusedWith(t, err, "AccessDenied")
	if err := srv.Patch(`{"buckets":{"my-bucket":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	out, err := s3controlAs(t, srv, "reader", "", proxied(t, srv)).GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: aws.String(s3controlAccount)})
	if err != nil || !*out.PublicAccessBlockConfiguration.BlockPublicPolicy {
		t.Errorf("the configuration did not outlive a patch: %v", err)
	}
}

// S3 Control explains itself to whom S3 does: its own account, from the same day on.
func TestWhomS3ControlTellsWhy(t *testing.T) {
	t.Parallel()
	const (
		plain = "Access Denied"
		why   = "User: arn:aws:iam::123456789012:user/reader is not authorized to perform: s3:PutAccountPublicAccessBlock because no identity-based policy allows the s3:PutAccountPublicAccessBlock action"
	)
	for _, row := range []struct{ asOf, caller, want string }{
		{"", "reader", why},
		{"2024-08-21", "reader", why},
		{"2024-08-20", "reader", plain}, // boto3#2332, of 2020
		{"", "stranger", plain},
	} {
		t.Run(row.asOf+" "+row.caller, func(t *testing.T) {
			t.Parallel()
			day := ""
			if row.asOf != "" {
				day = "\n    as_of: " + row.asOf
			}
			srv := start(t, day+s3controlWorld)
			_, err := s3controlAs(t, srv, row.caller, "", proxied(t, srv)).PutPublicAccessBlock(ctx, &s3control.PutPublicAccessBlockInput{
				AccountId: aws.String(s3controlAccount), PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{BlockPublicPolicy: aws.Bool(true)},
			})
			if got := refusedWith(t, err, "AccessDenied").ErrorMessage(); got != row.want {
				t.Errorf("got  %q\nwant %q", got, row.want)
			}
		})
	}
}

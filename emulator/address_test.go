package emulator

import "testing"

func TestLocate(t *testing.T) {
	domains := []string{"localhost", "s3.test"}
	for _, row := range []struct{ host, path, account, world, bucket, region, rest string }{
		{"127.0.0.1:9403", "/b/k", "", "", "", "", "/b/k"},
		{"localhost:9403", "/b/k", "", "", "", "", "/b/k"},
		{"[::1]:9403", "/b/k", "", "", "", "", "/b/k"},
		{"emulator.test", "/b/k", "", "", "", "", "/b/k"},
		{"127.0.0.1:9403", "/~ip-deny", "", "ip-deny", "", "", "/"},
		{"127.0.0.1:9403", "/~ip-deny/", "", "ip-deny", "", "", "/"},
		{"127.0.0.1:9403", "/~ip-deny/b//k%2F", "", "ip-deny", "", "", "/b//k%2F"},
		{"127.0.0.1:9403", "/%7Eip-deny/b", "", "ip-deny", "", "", "/b"},
		{"127.0.0.1:9403", "/b/~ip-deny", "", "", "", "", "/b/~ip-deny"},
		{"ip-deny.scenario.localhost:9403", "/b/k", "", "ip-deny", "", "", "/b/k"},
		{"b.ip-deny.scenario.localhost:9403", "/k", "", "ip-deny", "b", "", "/k"},
		{"my.b.ip-deny.scenario.s3.test", "/~k", "", "ip-deny", "my.b", "", "/~k"},
		{"s3.localhost:9403", "/b/k", "", "", "", "", "/b/k"},
		{"s3.localhost:9403", "/~plain/b", "", "plain", "", "", "/b"},
		{"s3.eu-west-1.localhost", "/b/k", "", "", "", "eu-west-1", "/b/k"},
		{"b.s3.localhost", "/k", "", "", "b", "", "/k"},
		{"my.b.s3.eu-west-1.localhost", "/k", "", "", "my.b", "eu-west-1", "/k"},
		{"b.localhost:9403", "/k", "", "", "b", "", "/k"},
		{"my.b.localhost", "/_s3fault/health", "", "", "my.b", "", "/_s3fault/health"},
		{"b.s3.test:9403", "/~k", "", "", "b", "", "/~k"},
		{"s3.amazonaws.com", "/b/k", "", "", "", "", "/b/k"},
		{"S3.AMAZONAWS.COM:80", "/b/k", "", "", "", "", "/b/k"},
		{"s3.eu-west-1.amazonaws.com", "/b", "", "", "", "eu-west-1", "/b"},
		{"s3-eu-west-1.amazonaws.com", "/b", "", "", "", "eu-west-1", "/b"},
		{"b.s3-eu-west-1.amazonaws.com", "/k", "", "", "b", "eu-west-1", "/k"},
		{"b.s3.amazonaws.com:443", "/k", "", "", "b", "", "/k"},
		{"b.s3.dualstack.us-west-2.amazonaws.com", "/k", "", "", "b", "us-west-2", "/k"},
		{"s3-bucket.s3.eu-west-1.amazonaws.com", "/k", "", "", "s3-bucket", "eu-west-1", "/k"},
		{"s3.cn-north-1.amazonaws.com.cn", "/b", "", "", "", "cn-north-1", "/b"},
		{"", "/b", "", "", "", "", "/b"},
		// S3 Control's clients put the account in front of the host.
		{"123456789012.ip-deny.scenario.localhost:9403", "/v20180820/x", "123456789012", "ip-deny", "", "", "/v20180820/x"},
		{"123456789012.ip-deny.scenario.localhost:9403", "/k", "", "ip-deny", "123456789012", "", "/k"},
		{"123456789012.localhost:9403", "/~ip-deny/v20180820/x", "123456789012", "ip-deny", "", "", "/v20180820/x"},
		{"123456789012.127.0.0.1:9403", "/~ip-deny/v20180820/x", "123456789012", "ip-deny", "", "", "/v20180820/x"},
		{"123456789012.s3.localhost:9403", "/~ip-deny/v20180820/x", "123456789012", "ip-deny", "", "", "/v20180820/x"},
		{"123456789012.s3-control.us-east-1.amazonaws.com", "/v20180820/x", "123456789012", "", "", "", "/v20180820/x"},
		{"123456789012.s3-control.dualstack.us-east-1.amazonaws.com", "/v20180820/x", "123456789012", "", "", "", "/v20180820/x"},
	} {
		got := locate(row.host, row.path, row.account, domains)
		if got.world != row.world || got.Bucket != row.bucket || got.Region != row.region || got.Path != row.rest {
			t.Errorf("locate(%q, %q) = world %q bucket %q region %q path %q, want %q %q %q %q",
				row.host, row.path, got.world, got.Bucket, got.Region, got.Path, row.world, row.bucket, row.region, row.rest)
		}
	}
}

// Whatever the address, what is left is a path.
func FuzzLocate(f *testing.F) {
	f.Add("b.s3.eu-west-1.localhost:1", "/~x/y")
	f.Add("s3-.amazonaws.com", "/%7e")
	f.Add("..scenario.localhost", "//")
	f.Fuzz(func(t *testing.T, host, path string) {
		got := locate(host, "/"+path, "123456789012", []string{"localhost"})
		if got.Path == "" || got.Path[0] != '/' {
			t.Errorf("locate(%q, %q) gives the path %q", host, "/"+path, got.Path)
		}
	})
}

package clients

import (
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
)

// everyClient runs a test once for each real client. Those in Go are part of the
// test; the others are programs: one of a kind at the least, and all that are here.
func everyClient(t *testing.T, test func(t *testing.T, c client)) {
	t.Helper()
	for _, kind := range []struct {
		name    string
		program string // which a client of this kind is, or is run by
		clients func() ([]client, error)
	}{
		{"aws-cli", "aws", func() ([]client, error) { return awsCLIs(), nil }},
		{"boto3", "python3", func() ([]client, error) { return boto3s(), nil }},
		{"aws-sdk-go-v2", "", func() ([]client, error) { return []client{goSDK}, nil }},
		{"javascript", "node", javascript},
		{"minio-go", "", func() ([]client, error) { return []client{minioGo}, nil }},
		{"curl", "curl", func() ([]client, error) { return []client{curlClient}, nil }},
	} {
		if kind.program != "" && !programs.On() {
			t.Run(kind.name, func(t *testing.T) { programs.Need(t, kind.program) })
			continue
		}
		found, err := kind.clients()
		if len(found) == 0 {
			t.Errorf("%s is not installed: %v", kind.name, err)
		}
		for _, c := range found {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				test(t, c)
			})
		}
	}
}

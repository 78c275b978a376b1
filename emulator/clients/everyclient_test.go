package clients

import "testing"

// everyClient runs a test once for each real client of this machine. A kind of
// client that is missing is a skipped subtest with its reason, or a failed one
// where S3FAULT_CLIENTS=required.
func everyClient(t *testing.T, test func(t *testing.T, c client)) {
	t.Helper()
	kinds := []struct {
		name    string
		clients func() ([]client, error)
	}{
		{"aws-cli", func() ([]client, error) { return awsCLIs(), nil }},
		{"boto3", func() ([]client, error) { return boto3s(), nil }},
		{"aws-sdk-go-v2", func() ([]client, error) { return []client{goSDK}, nil }},
		{"javascript", func() ([]client, error) { return one(javascript()) }},
		{"minio-go", func() ([]client, error) { return []client{minioGo}, nil }},
		{"curl", func() ([]client, error) { return one(curlClient()) }},
	}
	for _, kind := range kinds {
		found, err := kind.clients()
		if err != nil || len(found) == 0 {
			t.Run(kind.name, func(t *testing.T) { absent(t, kind.name+" is not installed: "+reason(err)) })
		}
		for _, c := range found {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				test(t, c)
			})
		}
	}
}

func one(c client, err error) ([]client, error) {
	if err != nil {
		return nil, err
	}
	return []client{c}, nil
}

func reason(err error) string {
	if err == nil {
		return "none found"
	}
	return err.Error()
}

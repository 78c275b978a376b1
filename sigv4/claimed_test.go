package sigv4

import (
	"net/http"
	"testing"
)

// The key is found in each of the four places, also where the rest is out of order.
func TestClaimedKey(t *testing.T) {
	for name, c := range map[string]struct{ authorization, query, want string }{
		"nothing": {"", "", ""},
		"header, V4": {AlgorithmV4 + " Credential=AKIA1/20260101/us-east-1/s3/aws4_request, Signature=1", "",
			"AKIA1"},
		"header, V4, at last": {AlgorithmV4 + " Signature=1,SignedHeaders=host,\tCredential=AKIA1/", "", "AKIA1"},
		"header, V4, cut":     {AlgorithmV4 + " Credential=AKIA1", "", "AKIA1"},
		"header, V4, none":    {AlgorithmV4 + " Signature=1", "", ""},
		"header, V2":          {AlgorithmV2 + " AKIA2:signature", "", "AKIA2"},
		"header, V2, cut":     {AlgorithmV2, "", ""},
		"another scheme":      {"Bearer token", "", ""},
		"query, V4":           {"", "X-Amz-Credential=AKIA3%2F20260101%2Fus-east-1%2Fs3%2Faws4_request", "AKIA3"},
		"query, V2":           {"", "a=b&AWSAccessKeyId=AKIA4", "AKIA4"},
		"header before query": {AlgorithmV2 + " AKIA2:signature", "AWSAccessKeyId=AKIA4", "AKIA2"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequest("GET", "http://localhost/bucket/key?"+c.query, nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.authorization != "" {
				r.Header.Set("Authorization", c.authorization)
			}
			if got := ClaimedKey(r); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

package s3api

import (
	"maps"
	"testing"

	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3err"
)

// notSet are the configurations that no bucket has, by their parameters, and the roots of
// the lists of those of which a bucket may have several.
var notSet = []struct{ kind, parameter, list string }{
	{"Analytics", "analytics", "ListBucketAnalyticsConfigurationResult"},
	{"IntelligentTiering", "intelligent-tiering", "ListBucketIntelligentTieringConfigurationsOutput"},
	{"Inventory", "inventory", "ListInventoryConfigurationsResult"},
	{"Metrics", "metrics", "ListMetricsConfigurationsResult"},
	{"Metadata", "metadataConfiguration", ""},
	{"MetadataTable", "metadataTable", ""},
}

func init() { maps.Copy(goldens, unconfigured()) }

// unconfigured are the golden replies of a bucket that has none of them.
func unconfigured() map[string]golden {
	all := map[string]golden{}
	for _, k := range notSet {
		at := "/my-bucket?" + k.parameter
		none := s3err.MetadataConfigurationNotFound
		if k.list != "" {
			none = s3err.NoSuchConfiguration
			all["ListBucket"+k.kind+"Configurations"] = golden{sending: sending{method: "GET", target: at},
				body: `<` + k.list + ns + `><IsTruncated>false</IsTruncated></` + k.list + `>`}
			at += "&id=one"
		}
		all["GetBucket"+k.kind+"Configuration"] = golden{sending: sending{method: "GET", target: at}, refused: none}
		all["DeleteBucket"+k.kind+"Configuration"] = golden{sending: sending{method: "DELETE", target: at}, refused: none}
	}
	return all
}

// What S3 has and s3fault has not is refused by name, in the answer and for the journal.
func TestRefusedByName(t *testing.T) {
	for _, row := range []struct {
		method, target string
		code           s3err.Code
		message, lacks string
	}{
		{"PUT", "/my-bucket?inventory&id=one", s3err.NotImplemented,
			"s3fault has no PutBucketInventoryConfiguration; S3 would have done it", "PutBucketInventoryConfiguration"},
		{"POST", "/my-bucket?metadataTable", s3err.NotImplemented,
			"s3fault has no CreateBucketMetadataTableConfiguration; S3 would have done it",
			"CreateBucketMetadataTableConfiguration"},
		{"GET", "/my-bucket?session", s3err.NotImplemented, "s3fault has no CreateSession; S3 would have done it",
			"CreateSession"},
		{"POST", "/my-bucket/k?select&select-type=2", s3err.MethodNotAllowed,
			"The specified method is not allowed against this resource.", "SelectObjectContent"},
	} {
		b := newBench(t)
		got, _ := b.asked(t, sending{method: row.method, target: row.target})
		got.refused(t, row.code, row.message)
		if lacks := got.header.Get(exchange.LacksHeader); lacks != row.lacks {
			t.Errorf("%s %s lacks %q", row.method, row.target, lacks)
		}
	}
}

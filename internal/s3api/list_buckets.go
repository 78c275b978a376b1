package s3api

import (
	"encoding/xml"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// maxBuckets is the most buckets of one page (S3 API Reference, "ListBuckets").
const maxBuckets = 10_000

type bucketsResult struct {
	XMLName           xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListAllMyBucketsResult"`
	Owner             userXML
	Buckets           []listedBucket `xml:"Buckets>Bucket"`
	ContinuationToken string         `xml:",omitempty"`
	Prefix            string         `xml:",omitempty"`
}

type listedBucket struct {
	Name         string
	CreationDate string
	BucketRegion string `xml:",omitempty"`
}

// bucketsQuery is what ListBuckets is asked for.
type bucketsQuery struct {
	prefix, region, after string
	max                   int
	paged                 bool // a parameter was given: regions are shown
}

func (c *Call) bucketsQuery() (bucketsQuery, *s3err.Error) {
	q := bucketsQuery{prefix: c.Query.Get("prefix"), region: c.Query.Get("bucket-region"), max: maxBuckets}
	q.paged = c.Query.Has("prefix") || c.Query.Has("bucket-region") || c.Query.Has("max-buckets") || c.Query.Has("continuation-token")
	if q.region != "" && q.region != c.EndpointRegion() {
		return q, s3err.Argument("Argument value "+q.region+" is not a valid AWS Region", "bucket-region", q.region)
	}
	if token, ok := c.Query.Lookup("continuation-token"); ok {
		if q.after, ok = openToken(token); !ok {
			return q, s3err.Argument("The continuation token provided is incorrect", "continuation-token", token)
		}
	}
	n, err := c.pageNumber("max-buckets", maxBuckets)
	if err == nil && (n < 1 || n > maxBuckets) {
		err = s3err.Argument("max-buckets must be between 1 and 10000", "max-buckets", c.Query.Get("max-buckets"))
	}
	q.max = n
	return q, err
}

// wants says whether the bucket belongs on the page.
func (q bucketsQuery) wants(b *world.Bucket, owner string) bool {
	return b.Owner == owner && b.Name > q.after && strings.HasPrefix(b.Name, q.prefix) && (q.region == "" || b.Region == q.region)
}

func serveListBuckets(c *Call) (*Reply, *s3err.Error) {
	q, err := c.bucketsQuery()
	if err != nil {
		return nil, err
	}
	result := bucketsResult{Owner: c.ownerXML(c.account()), Prefix: q.prefix}
	buckets := c.State().Buckets
	for _, name := range slices.Sorted(maps.Keys(buckets)) {
		b := buckets[name]
		if !q.wants(b, c.account()) {
			continue
		}
		if len(result.Buckets) == q.max {
			result.ContinuationToken = sealToken(result.Buckets[q.max-1].Name)
			break
		}
		listed := listedBucket{Name: name, CreationDate: isoTime(b.Created)}
		if q.paged {
			listed.BucketRegion = b.Region
		}
		result.Buckets = append(result.Buckets, listed)
	}
	return xmlReply(nil, result), nil
}

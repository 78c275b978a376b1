package s3api

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// maxBuckets is the most buckets of one page (S3 API Reference, "ListBuckets").
const maxBuckets = 10_000

// bucketsQuery is what ListBuckets is asked for.
type bucketsQuery struct {
	prefix, region, after string
	max                   int
	asked                 bool // a parameter was given: regions are shown
}

// bucketsParameters are those of ListBuckets; any of them makes the reply show
// the buckets' regions.
var bucketsParameters = []string{"prefix", "bucket-region", "max-buckets", "continuation-token"}

// readBucketsQuery reads the parameters, and refuses them in the order in which S3
// does (recorded).
func readBucketsQuery(c *Call) (bucketsQuery, error) {
	q := bucketsQuery{prefix: c.Query.Get("prefix"), asked: slices.ContainsFunc(bucketsParameters, c.Query.Has)}
	var err error
	if q.max, err = mostBuckets(c.Query); err != nil {
		return q, err
	}
	if q.region, err = listedRegion(c); err != nil {
		return q, err
	}
	if token := c.Query.Get("continuation-token"); token != "" { // an empty one is none (recorded)
		var ok bool
		if q.after, ok = wire.OpenToken("", token); !ok {
			return q, wire.BadToken()
		}
	}
	return q, nil
}

func mostBuckets(query wire.Query) (int, error) {
	v := query.Get("max-buckets")
	if v == "" {
		return maxBuckets, nil
	}
	n, err := strconv.ParseInt(v, 10, 32)
	switch {
	case err != nil:
		return 0, s3err.Argument("Provided max-buckets not an integer or within integer range", "max-buckets", v)
	case n < 1 || n > maxBuckets:
		return 0, s3err.Argument(
			"Argument max-buckets must be an integer between 1 and 10000", "max-buckets", wire.Decimal(n))
	}
	return int(n), nil
}

// listedRegion is the region to which the list is limited: that of the endpoint,
// or all. What is no region at all is refused (s3-errors.md R12).
func listedRegion(c *Call) (string, error) {
	v, sent := c.Query.Lookup("bucket-region")
	region := strings.ToLower(v)
	switch {
	case !sent || region == endpointRegion(c):
		return region, nil
	case world.KnownRegion(c.State(), region):
		return "", regionArgument("Requests with bucket-region specified must be made to the corresponding regional endpoint")
	default:
		return "", regionArgument("Argument value " + v + " is not a valid AWS Region")
	}
}

func regionArgument(message string) error {
	return s3err.New(s3err.InvalidArgument, s3err.E("ArgumentName", "bucket-region")).WithMessage(message)
}

// wants says whether the bucket belongs on the page.
func (q bucketsQuery) wants(b *world.Bucket, owner string) bool {
	return b.Owner == owner && b.Name > q.after && strings.HasPrefix(b.Name, q.prefix) &&
		(q.region == "" || b.Region == q.region)
}

const bucketsRoot = "ListAllMyBucketsResult"

func serveListBuckets(c *Call) (*Reply, error) {
	q, err := readBucketsQuery(c)
	if err != nil {
		return nil, err
	}
	page, next := q.page(c)
	arns := c.State().Answers.Has(world.BucketARNs)
	w := wire.NewDocument(bucketsRoot, bytesPerEntry*len(page))
	w.User("Owner", ownerXML(c.State(), c.account()))
	w.Open("Buckets")
	for _, b := range page {
		w.Open("Bucket")
		w.Text("Name", b.Name)
		w.Time("CreationDate", b.Created)
		if q.asked {
			w.Text("BucketRegion", b.Region)
		}
		if arns {
			w.Text("BucketArn", world.BucketARN+b.Name)
		}
		w.Close("Bucket")
	}
	w.Close("Buckets")
	w.Optional("ContinuationToken", next)
	w.Optional("Prefix", q.prefix)
	return documentReply(w.End(bucketsRoot)), nil
}

// page is a page of the buckets of the caller's account, by name, and the
// token of the next; empty: there is none.
func (q bucketsQuery) page(c *Call) (page []*world.Bucket, next string) {
	buckets := c.State().Buckets
	for _, name := range slices.Sorted(maps.Keys(buckets)) {
		b := buckets[name]
		if !q.wants(b, c.account()) {
			continue
		}
		if len(page) == q.max {
			return page, wire.SealToken("", page[q.max-1].Name)
		}
		page = append(page, b)
	}
	return page, ""
}

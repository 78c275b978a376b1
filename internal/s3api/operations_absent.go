package s3api

import (
	"cmp"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3err"
)

// notServed are the operations of S3 that are not here. They stand in the table so
// that a request for one is asked for its permission, is named in the journal, and never
// taken for another operation.
var notServed = []*Operation{
	management("PutBucketAnalyticsConfiguration", "PutAnalyticsConfiguration", bucket("PUT", "analytics"), absent),
	management("PutBucketIntelligentTieringConfiguration", "PutIntelligentTieringConfiguration",
		bucket("PUT", "intelligent-tiering"), absent),
	management("PutBucketInventoryConfiguration", "PutInventoryConfiguration", bucket("PUT", "inventory"), absent),
	management("CreateBucketMetadataConfiguration", "CreateBucketMetadataTableConfiguration",
		bucket("POST", "metadataConfiguration"), absent),
	management("UpdateBucketMetadataInventoryTableConfiguration", "UpdateBucketMetadataInventoryTableConfiguration",
		bucket("PUT", "metadataInventoryTable"), absent),
	management("UpdateBucketMetadataJournalTableConfiguration", "UpdateBucketMetadataJournalTableConfiguration",
		bucket("PUT", "metadataJournalTable"), absent),
	management("CreateBucketMetadataTableConfiguration", "CreateBucketMetadataTableConfiguration",
		bucket("POST", "metadataTable"), absent),
	management("PutBucketMetricsConfiguration", "PutMetricsConfiguration", bucket("PUT", "metrics"), absent),
	management("CreateSession", "ListBucket", bucket("GET", "session"), absent),

	data("RenameObject", "PutObject", object("PUT", "renameObject"), absent),

	data("SelectObjectContent", "GetObject", object("POST", "select"), absentAs("", closedToNew)),
	data("GetObjectTorrent", "GetObjectTorrent", object("GET", "torrent"), absentOf("s3:GetObjectVersionTorrent")),
}

// absent begins an operation that is not here.
var absent = absentOf("")

// absentOf is absent where a version that is named has a permission of its own.
func absentOf(ofVersion string) begin { return absentAs(ofVersion, notHere) }

// absentAs is absentOf with an answer of its own. Where the object's ACL can give the
// permission, or its tags matter, it is asked about the object that is there.
func absentAs(ofVersion string, answer act) begin {
	return func(c *Call) (doing, []*authz.Request, error) {
		action := c.versioned(c.Op.action, cmp.Or(ofVersion, c.Op.action))
		if byACL, _, _ := authz.ACLPermission(action); byACL {
			_, questions := c.asks(action, action)
			return answer, questions, nil
		}
		if !keyApplies(action, "s3:ExistingObjectTag/x") {
			return answer, []*authz.Request{c.question(action, c.Resource())}, nil
		}
		return answer, []*authz.Request{c.objectQuestion(action, c.objectARN(), findRecord(c).object)}, nil
	}
}

// notHere refuses an operation that is not here, as S3 refuses what it does not know
// itself.
var notHere = act(func(c *Call) (*Reply, error) {
	return nil, lacking(c, c.Op.Name, "; S3 would have done it", s3err.New(s3err.NotImplemented))
})

// closedToNew refuses an operation that AWS gives to those accounts alone which had it
// before (S3 Select, since July 2024): accounts here are new ones. That they are told so
// [unsure].
var closedToNew = act(func(c *Call) (*Reply, error) {
	refused := s3err.New(s3err.MethodNotAllowed,
		s3err.E("Method", c.Request.Method), s3err.E("ResourceType", c.Op.match.on.String()))
	text := refused.Message
	return nil, lacking(c, c.Op.Name, "; AWS has closed it to new accounts", refused).WithMessage(text)
})

// lack is what a request asked for that S3 has and s3fault has not.
type lack struct {
	text   string // for people
	status int    // of the answer that says so; 0: nothing is lacking
}

// lacking says in the refusal, and to the journal, what is not here: S3's own words for
// NotImplemented name a header, and nobody would look for the reason in s3fault. more is
// the end of the sentence.
func lacking(c *Call, what, more string, refused *s3err.Error) *s3err.Error {
	c.lack = lack{"s3fault has no " + what + more, refused.Status}
	return refused.WithMessage(c.lack.text).WithHeader(exchange.LacksHeader, what)
}

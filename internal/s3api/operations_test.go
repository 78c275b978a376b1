package s3api

import (
	"crypto/md5"
	"encoding/base64"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/policy"
)

// golden is a request for an operation and what it is answered with. {part} and
// {upload} stand for what the requests before it gave.
type golden struct {
	before []sending
	sending
	status int
	body   string // what varies is written as in scrub
	// refused is the code of an operation of which nothing here can have a better answer.
	refused s3err.Code
}

const (
	ns         = ` xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`
	ownID      = "<ID>{id}</ID>"
	goldenETag = "5d41402abc4b2a76b9719d911017c592"
	goldenTags = `<Tagging` + ns +
		`><TagSet><Tag><Key>a</Key><Value></Value></Tag><Tag><Key>b</Key><Value>2</Value></Tag></TagSet></Tagging>`
	goldenACL = `<AccessControlPolicy` + ns + `><Owner>` + ownID +
		`</Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">` + ownID + `</Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>`
)

var (
	hello  = sending{method: "PUT", target: "/my-bucket/k", body: "hello"}
	tags   = `<Tagging><TagSet><Tag><Key>b</Key><Value>2</Value></Tag><Tag><Key>a</Key><Value></Value></Tag></TagSet></Tagging>`
	begun  = sending{method: "POST", target: "/my-bucket/k?uploads"}
	parted = sending{method: "PUT", target: "/my-bucket/k?partNumber=1&uploadId={upload}", body: "hello"}
	public = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/*"}}`
)

// sharing lets pages of another origin into the bucket, hosting makes a website of it.
var (
	sharing = digesting(sending{method: "PUT", target: "/my-bucket?cors",
		body: `<CORSConfiguration><CORSRule>` + sharedWith + `<ID>web</ID><AllowedHeader>*</AllowedHeader>` +
			`<ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>0</MaxAgeSeconds></CORSRule></CORSConfiguration>`})
	hosting = sending{method: "PUT", target: "/my-bucket?website",
		body: `<WebsiteConfiguration>` + hosted + `</WebsiteConfiguration>`}
)

const (
	sharedWith = `<AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod>` +
		`<AllowedOrigin>https://*.example</AllowedOrigin>`
	hosted = `<IndexDocument><Suffix>index.html</Suffix></IndexDocument><ErrorDocument><Key>k</Key></ErrorDocument>` +
		`<RoutingRules><RoutingRule><Condition><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>` +
		`<KeyPrefixEquals></KeyPrefixEquals></Condition><Redirect><HostName>e.example</HostName>` +
		`<ReplaceKeyWith></ReplaceKeyWith></Redirect></RoutingRule></RoutingRules>`
)

// digesting is the request with Content-MD5.
func digesting(q sending) sending {
	sum := md5.Sum([]byte(q.body))
	q.headers = append(q.headers, "Content-MD5", base64.StdEncoding.EncodeToString(sum[:]))
	return q
}

var goldens = map[string]golden{
	"ListBuckets": {sending: sending{method: "GET", target: "/?prefix=my"}, body: `<ListAllMyBucketsResult` + ns +
		`><Owner>` + ownID +
		`</Owner><Buckets><Bucket><Name>my-bucket</Name><CreationDate>{time}</CreationDate><BucketRegion>us-east-1</BucketRegion>` +
		`<BucketArn>arn:aws:s3:::my-bucket</BucketArn></Bucket></Buckets><Prefix>my</Prefix></ListAllMyBucketsResult>`},
	"CreateBucket": {sending: sending{method: "PUT", target: "/new-bucket"}},
	"DeleteBucket": {sending: sending{method: "DELETE", target: "/my-bucket"}, status: 204},
	"HeadBucket":   {sending: sending{method: "HEAD", target: "/my-bucket"}},
	"GetBucketLocation": {sending: sending{method: "GET", target: "/my-bucket?location"}, body: `<LocationConstraint` +
		ns + `></LocationConstraint>`},
	"GetBucketPolicy": {before: []sending{{method: "PUT", target: "/my-bucket?policy", body: public}},
		sending: sending{method: "GET", target: "/my-bucket?policy"}, body: public},
	"PutBucketPolicy":    {sending: sending{method: "PUT", target: "/my-bucket?policy", body: public}, status: 204},
	"DeleteBucketPolicy": {sending: sending{method: "DELETE", target: "/my-bucket?policy"}, status: 204},
	"GetBucketOwnershipControls": {sending: sending{method: "GET", target: "/my-bucket?ownershipControls"},
		body: `<OwnershipControls` + ns +
			`><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>`},
	"PutBucketOwnershipControls": {sending: sending{method: "PUT", target: "/my-bucket?ownershipControls",
		body: `<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>`}},
	"DeleteBucketOwnershipControls": {sending: sending{method: "DELETE", target: "/my-bucket?ownershipControls"},
		status: 204},
	"GetBucketEncryption": {sending: sending{method: "GET", target: "/kms-bucket?encryption"},
		body: `<ServerSideEncryptionConfiguration` + ns +
			`><Rule><BucketKeyEnabled>false</BucketKeyEnabled><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>` + ownKey + `</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`},
	"PutBucketEncryption": {sending: sending{method: "PUT", target: "/my-bucket?encryption",
		body: `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`}},
	"DeleteBucketEncryption": {sending: sending{method: "DELETE", target: "/my-bucket?encryption"}, status: 204},
	"GetBucketAcl":           {sending: sending{method: "GET", target: "/my-bucket?acl"}, body: goldenACL},
	"GetObjectAcl": {before: []sending{hello}, sending: sending{method: "GET", target: "/my-bucket/k?acl"},
		body: goldenACL},
	"GetPublicAccessBlock": {before: []sending{{method: "PUT", target: "/my-bucket?publicAccessBlock",
		body: `<PublicAccessBlockConfiguration><IgnorePublicAcls>true</IgnorePublicAcls></PublicAccessBlockConfiguration>`}},
		sending: sending{method: "GET", target: "/my-bucket?publicAccessBlock"},
		body: `<PublicAccessBlockConfiguration` + ns +
			`><BlockPublicAcls>false</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets></PublicAccessBlockConfiguration>`},
	"PutPublicAccessBlock": {sending: sending{method: "PUT", target: "/my-bucket?publicAccessBlock",
		body: `<PublicAccessBlockConfiguration/>`}},
	"DeletePublicAccessBlock": {sending: sending{method: "DELETE", target: "/my-bucket?publicAccessBlock"}, status: 204},
	"GetBucketPolicyStatus": {before: []sending{{method: "PUT", target: "/my-bucket?policy", body: public}},
		sending: sending{method: "GET", target: "/my-bucket?policyStatus"}, body: `<PolicyStatus` + ns +
			`><IsPublic>false</IsPublic></PolicyStatus>`},
	"PutBucketAcl": {sending: sending{method: "PUT", target: "/my-bucket?acl", headers: []string{"x-amz-acl",
		"bucket-owner-full-control"}}},
	"PutObjectAcl": {before: []sending{hello}, sending: sending{method: "PUT", target: "/my-bucket/k?acl",
		headers: []string{"x-amz-acl", "bucket-owner-full-control"}}},
	"GetBucketVersioning": {before: []sending{versioning("Enabled")}, sending: sending{method: "GET",
		target: "/my-bucket?versioning"}, body: `<VersioningConfiguration` + ns +
		`><Status>Enabled</Status></VersioningConfiguration>`},
	"PutBucketVersioning": {sending: versioning("Enabled")},
	"GetObjectLockConfiguration": {before: []sending{versioning("Enabled"), lockBucket}, sending: sending{method: "GET",
		target: "/my-bucket?object-lock"},
		body: `<ObjectLockConfiguration` + ns +
			`><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>`},
	"PutObjectLockConfiguration": {before: []sending{versioning("Enabled")}, sending: lockBucket},
	"GetObjectRetention": {before: []sending{versioning("Enabled"), lockBucket, helloSummed},
		sending: sending{method: "GET", target: "/my-bucket/k?retention"},
		body: `<Retention` + ns +
			`><Mode>GOVERNANCE</Mode><RetainUntilDate>2026-01-03T03:04:05.600Z</RetainUntilDate></Retention>`},
	"PutObjectRetention": {before: []sending{versioning("Enabled"), lockBucket, helloSummed},
		sending: retain("GOVERNANCE", "2027-01-01T00:00:00Z")},
	"GetObjectLegalHold": {before: []sending{versioning("Enabled"), lockBucket, helloSummed, holding("OFF")},
		sending: sending{method: "GET", target: "/my-bucket/k?legal-hold"},
		body:    `<LegalHold` + ns + `><Status>OFF</Status></LegalHold>`},
	"PutObjectLegalHold": {before: []sending{versioning("Enabled"), lockBucket, helloSummed},
		sending: holding("ON")},
	"GetBucketTagging": {before: []sending{{method: "PUT", target: "/my-bucket?tagging", body: tags}},
		sending: sending{method: "GET", target: "/my-bucket?tagging"}, body: goldenTags},
	"PutBucketTagging":    {sending: sending{method: "PUT", target: "/my-bucket?tagging", body: tags}, status: 204},
	"DeleteBucketTagging": {sending: sending{method: "DELETE", target: "/my-bucket?tagging"}, status: 204},
	"GetBucketAbac": {sending: sending{method: "GET", target: "/my-bucket?abac"}, body: `<AbacStatus` + ns +
		`><Status>Disabled</Status></AbacStatus>`},
	"PutBucketAbac": {sending: sending{method: "PUT", target: "/my-bucket?abac",
		body: `<AbacStatus><Status>Enabled</Status></AbacStatus>`}},
	"GetBucketCors": {before: []sending{sharing}, sending: sending{method: "GET", target: "/my-bucket?cors"},
		body: `<CORSConfiguration` + ns + `><CORSRule><ID>web</ID><AllowedHeader>*</AllowedHeader>` + sharedWith +
			`<ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>0</MaxAgeSeconds></CORSRule></CORSConfiguration>`},
	"PutBucketCors":    {sending: sharing},
	"DeleteBucketCors": {sending: sending{method: "DELETE", target: "/my-bucket?cors"}, status: 204},
	"Preflight": {before: []sending{sharing}, sending: sending{method: "OPTIONS", target: "/my-bucket/k?uploads",
		headers: []string{"Origin", "https://app.example", "Access-Control-Request-Method", "PUT"}}},
	"GetBucketWebsite": {before: []sending{hosting}, sending: sending{method: "GET", target: "/my-bucket?website"},
		body: `<WebsiteConfiguration` + ns + `>` + hosted + `</WebsiteConfiguration>`},
	"PutBucketWebsite":    {sending: hosting},
	"DeleteBucketWebsite": {sending: sending{method: "DELETE", target: "/my-bucket?website"}, status: 204},
	"GetBucketAccelerateConfiguration": {sending: sending{method: "GET", target: "/my-bucket?accelerate"},
		body: `<AccelerateConfiguration` + ns + `></AccelerateConfiguration>`},
	"PutBucketAccelerateConfiguration": {sending: sending{method: "PUT", target: "/my-bucket?accelerate",
		body: `<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>`}},
	"GetBucketLifecycleConfiguration": {before: []sending{lifecycled},
		sending: sending{method: "GET", target: "/my-bucket?lifecycle"},
		body: `<LifecycleConfiguration` + ns + `><Rule><ID>logs</ID><Filter><And><Prefix>logs/</Prefix>` +
			`<Tag><Key>a</Key><Value>b</Value></Tag></And></Filter><Status>Enabled</Status>` +
			`<Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>` +
			`<Expiration><Days>60</Days></Expiration></Rule><Rule><ID>rest</ID><Filter></Filter><Status>Disabled</Status>` +
			`<NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays></NoncurrentVersionExpiration>` +
			`<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>` +
			`</Rule></LifecycleConfiguration>`},
	"RestoreObject": {before: []sending{put("/my-bucket/k", "x", "x-amz-storage-class", "GLACIER")},
		sending: askRestore("<Days>1</Days>"), status: 202},
	"PutBucketLifecycleConfiguration": {sending: lifecycled},
	"DeleteBucketLifecycle": {before: []sending{lifecycled},
		sending: sending{method: "DELETE", target: "/my-bucket?lifecycle"}, status: 204},
	"GetBucketRequestPayment": {sending: sending{method: "GET", target: "/my-bucket?requestPayment"},
		body: `<RequestPaymentConfiguration` + ns + `><Payer>BucketOwner</Payer></RequestPaymentConfiguration>`},
	"PutBucketRequestPayment": {sending: sending{method: "PUT", target: "/my-bucket?requestPayment",
		body: `<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>`}},
	"GetObjectTagging": {before: []sending{hello, {method: "PUT", target: "/my-bucket/k?tagging", body: tags}},
		sending: sending{method: "GET", target: "/my-bucket/k?tagging"}, body: goldenTags},
	"PutObjectTagging": {before: []sending{hello}, sending: sending{method: "PUT", target: "/my-bucket/k?tagging",
		body: tags}},
	"DeleteObjectTagging": {before: []sending{hello}, sending: sending{method: "DELETE",
		target: "/my-bucket/k?tagging"}, status: 204},
	"ListObjects": {before: []sending{hello}, sending: sending{method: "GET", target: "/my-bucket"},
		body: `<ListBucketResult` + ns +
			`><Name>my-bucket</Name><Prefix></Prefix><Marker></Marker><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Contents><Key>k</Key><LastModified>{time}</LastModified><ETag>&quot;` + goldenETag + `&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>5</Size><Owner>` + ownID + `</Owner><StorageClass>STANDARD</StorageClass></Contents></ListBucketResult>`},
	"ListObjectsV2": {before: []sending{hello}, sending: sending{method: "GET", target: "/my-bucket?list-type=2"},
		body: `<ListBucketResult` + ns +
			`><Name>my-bucket</Name><Prefix></Prefix><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Contents><Key>k</Key><LastModified>{time}</LastModified><ETag>&quot;` + goldenETag + `&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>5</Size><StorageClass>STANDARD</StorageClass></Contents></ListBucketResult>`},
	"ListObjectVersions": {before: []sending{versioning("Enabled"), hello, {method: "DELETE", target: "/my-bucket/k"}},
		sending: sending{method: "GET", target: "/my-bucket?versions"},
		body: `<ListVersionsResult` + ns +
			`><Name>my-bucket</Name><Prefix></Prefix><KeyMarker></KeyMarker><VersionIdMarker></VersionIdMarker><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>` +
			`<DeleteMarker><Key>k</Key><VersionId>{version}</VersionId><IsLatest>true</IsLatest><LastModified>{time}</LastModified><Owner>` + ownID + `</Owner></DeleteMarker>` +
			`<Version><Key>k</Key><VersionId>{version}</VersionId><IsLatest>false</IsLatest><LastModified>{time}</LastModified><ETag>&quot;` + goldenETag + `&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>5</Size><Owner>` + ownID + `</Owner><StorageClass>STANDARD</StorageClass></Version></ListVersionsResult>`},
	"ListMultipartUploads": {before: []sending{begun}, sending: sending{method: "GET", target: "/my-bucket?uploads"},
		body: `<ListMultipartUploadsResult` + ns +
			`><Bucket>my-bucket</Bucket><KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker><NextKeyMarker>k</NextKeyMarker><NextUploadIdMarker>{upload}</NextUploadIdMarker><MaxUploads>1000</MaxUploads><IsTruncated>false</IsTruncated><Upload><Key>k</Key><UploadId>{upload}</UploadId><Initiator>{user}</Initiator><Owner>` + ownID + `</Owner><StorageClass>STANDARD</StorageClass><Initiated>{time}</Initiated></Upload></ListMultipartUploadsResult>`},
	"DeleteObjects": {before: []sending{hello}, sending: sending{method: "POST", target: "/my-bucket?delete",
		body: `<Delete><Object><Key>k</Key></Object></Delete>`, headers: []string{"Content-MD5",
			"5DKh5iefM5MSKvRILIuFwQ=="}},
		body: `<DeleteResult` + ns + `><Deleted><Key>k</Key></Deleted></DeleteResult>`},
	"PostObject": {sending: sending{method: "POST", target: "/my-bucket", headers: []string{"Content-Type",
		"multipart/form-data; boundary=b"},
		body: "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhello\r\n--b--\r\n"}, status: 204},
	"ListParts": {before: []sending{begun, parted}, sending: sending{method: "GET",
		target: "/my-bucket/k?uploadId={upload}"},
		body: `<ListPartsResult` + ns +
			`><Bucket>my-bucket</Bucket><Key>k</Key><UploadId>{upload}</UploadId><Initiator>{user}</Initiator><Owner>` + ownID +
			`</Owner><StorageClass>STANDARD</StorageClass><PartNumberMarker>0</PartNumberMarker><NextPartNumberMarker>1</NextPartNumberMarker><MaxParts>1000</MaxParts><IsTruncated>false</IsTruncated><Part><PartNumber>1</PartNumber><LastModified>{time}</LastModified><ETag>&quot;` + goldenETag + `&quot;</ETag><Size>5</Size></Part></ListPartsResult>`},
	"GetObject":  {before: []sending{hello}, sending: sending{method: "GET", target: "/my-bucket/k"}, body: "hello"},
	"HeadObject": {before: []sending{hello}, sending: sending{method: "HEAD", target: "/my-bucket/k"}},
	"GetObjectAttributes": {before: []sending{hello}, sending: sending{method: "GET", target: "/my-bucket/k?attributes",
		headers: []string{"x-amz-object-attributes", "ETag,Checksum,ObjectParts,StorageClass,ObjectSize"}},
		body: `<GetObjectAttributesResponse` + ns + `><ETag>` + goldenETag +
			`</ETag><Checksum><ChecksumCRC64NVME>{sum}</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType></Checksum><StorageClass>STANDARD</StorageClass><ObjectSize>5</ObjectSize></GetObjectAttributesResponse>`},
	"UploadPart": {before: []sending{begun}, sending: parted},
	"UploadPartCopy": {before: []sending{hello, begun}, sending: sending{method: "PUT",
		target: "/my-bucket/k?partNumber=1&uploadId={upload}", headers: []string{"x-amz-copy-source", "/my-bucket/k"}},
		body: `<CopyPartResult` + ns + `><LastModified>{time}</LastModified><ETag>&quot;` + goldenETag +
			`&quot;</ETag></CopyPartResult>`},
	"CopyObject": {before: []sending{hello}, sending: sending{method: "PUT", target: "/my-bucket/copy",
		headers: []string{"x-amz-copy-source", "/my-bucket/k"}},
		body: `<CopyObjectResult` + ns + `><LastModified>{time}</LastModified><ETag>&quot;` + goldenETag +
			`&quot;</ETag><ChecksumCRC64NVME>{sum}</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType></CopyObjectResult>`},
	"PutObject": {sending: hello},
	"CreateMultipartUpload": {sending: begun,
		body: `<InitiateMultipartUploadResult` + ns +
			`><Bucket>my-bucket</Bucket><Key>k</Key><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>`},
	"CompleteMultipartUpload": {before: []sending{begun, parted}, sending: sending{method: "POST",
		target: "/my-bucket/k?uploadId={upload}", body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>` +
			goldenETag + `</ETag></Part></CompleteMultipartUpload>`},
		body: `<CompleteMultipartUploadResult` + ns +
			`><Location>http://s3.localhost/my-bucket/k</Location><Bucket>my-bucket</Bucket><Key>k</Key><ETag>&quot;{etag}-1&quot;</ETag><ChecksumCRC64NVME>{sum}</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType></CompleteMultipartUploadResult>`},
	"AbortMultipartUpload": {before: []sending{begun}, sending: sending{method: "DELETE",
		target: "/my-bucket/k?uploadId={upload}"}, status: 204},
	"DeleteObject": {before: []sending{hello}, sending: sending{method: "DELETE", target: "/my-bucket/k"},
		status: 204},
}

var scrubs = []struct {
	what *regexp.Regexp
	as   string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z`), "{time}"},
	{regexp.MustCompile(`<ID>[0-9a-f]{64}</ID>`), ownID},
	{regexp.MustCompile(`<VersionId>[^<]{32}<`), "<VersionId>{version}<"},
	{regexp.MustCompile(`<Initiator>.*?</Initiator>`), "<Initiator>{user}</Initiator>"},
	{regexp.MustCompile(`(UploadId|UploadIdMarker)>[^<]+<`), "$1>{upload}<"},
	{regexp.MustCompile(`(ChecksumCRC64NVME)>[^<]+<`), "$1>{sum}<"},
	{regexp.MustCompile(`[0-9a-f]{32}-1&`), "{etag}-1&"},
}

func scrub(body string) string {
	body = strings.TrimPrefix(body, `<?xml version="1.0" encoding="UTF-8"?>`+"\n")
	for _, s := range scrubs {
		body = s.what.ReplaceAllString(body, s.as)
	}
	return body
}

// Every operation has a golden reply, and every golden reply an operation.
func TestGoldenReplies(t *testing.T) {
	if len(served) == 0 {
		t.Fatal("the table is empty")
	}
	seen := map[string]bool{}
	for _, op := range served {
		g, ok := goldens[op.Name]
		if !ok {
			t.Errorf("%s has no golden reply", op.Name)
		}
		if !seen[op.Name] {
			seen[op.Name] = true
			t.Run(op.Name, func(t *testing.T) { g.check(t, op.Name) })
		}
	}
	for name := range goldens {
		if !seen[name] {
			t.Errorf("%s is no operation", name)
		}
	}
}

func (g golden) check(t *testing.T, name string) {
	b := newBench(t)
	b.asOf(t, 2026, time.November, 1)
	upload := ""
	for _, q := range g.before {
		q.target = strings.ReplaceAll(q.target, "{upload}", upload)
		if a := b.must(t, q); strings.Contains(a.body, "<UploadId>") {
			upload = element(a.body, "UploadId")
		}
	}
	q := g.sending
	q.target = strings.ReplaceAll(q.target, "{upload}", upload)
	if op := b.call(t, q).Op.Name; op != name {
		t.Fatalf("the request is %s", op)
	}
	if g.refused != (s3err.Code{}) {
		refused, _ := b.asked(t, q)
		refused.refused(t, g.refused, "")
		return
	}
	a := b.decided(t, q)
	want := g.status
	if want == 0 {
		want = 200
	}
	if a.status != want || scrub(a.body) != g.body {
		t.Errorf("%d\n%s\nwant %d\n%s", a.status, scrub(a.body), want, g.body)
	}
}

// decided is must by way of every question, as the emulator goes.
func (b *bench) decided(t *testing.T, q sending) answered {
	t.Helper()
	c := b.call(t, q)
	defer c.Close()
	c.Moment, c.Presented.Region = b.live.Now(), "us-east-1"
	if c.Op.form {
		c.Presented = nil // the form has no fields of a signature
	}
	questions, err := c.Checks()
	if err != nil {
		t.Fatal(err)
	}
	c.Decisions = decide(questions)
	if err := c.Refused(); err != nil {
		t.Fatal(err)
	}
	reply, err := c.Serve()
	if err != nil {
		t.Fatal(err)
	}
	return answered{status: max(reply.Status, 200), header: reply.Header, body: bodyOf(t, reply)}
}

func decide(questions []*authz.Request) []authz.Decision {
	var all []authz.Decision
	for _, q := range questions {
		all = append(all, authz.Evaluate(q))
	}
	return all
}

// Every row is found by a request that looks as it says, asks for a permission
// that IAM knows, and what is not here is refused and changes nothing.
func TestTheWholeTable(t *testing.T) {
	ops := Operations()
	if len(ops) <= len(served) {
		t.Fatal("the table has lost its rows")
	}
	for _, op := range ops {
		c := shapedCall(t, op)
		if c.Op.Name != op.Name {
			t.Errorf("a request for %s is recognised as %s", op.Name, c.Op.Name)
			continue
		}
		if _, known := policy.LookupAction(op.Action()); !known && !op.unsigned {
			t.Errorf("%s asks for %s, which is no action", op.Name, op.Action())
		}
		c.Unproved = nil
		questions, err := c.Checks()
		if err != nil || len(questions) == 0 {
			t.Errorf("%s has no question: %v", op.Name, err)
			continue
		}
		// Only buckets let pages of other origins in.
		if d := authz.Evaluate(questions[0]); d.Denied() && !(op.unsigned && op.match.on == onService) {
			t.Errorf("%s is denied to the root user by %v", op.Name, d.DeniedBy)
		}
		if op.Implemented() {
			continue
		}
		if _, err := c.Serve(); err == nil || s3err.Of(err).Header.Get(exchange.LacksHeader) != op.Name {
			t.Errorf("%s is answered with %v", op.Name, err)
		}
	}
}

func shapedCall(t *testing.T, op *Operation) *Call {
	t.Helper()
	m := op.match
	path := map[target]string{onService: "/", onBucket: "/my-bucket", onObject: "/my-bucket/k"}[m.on]
	if m.query != "" {
		path += "?" + m.query + "=" + m.value + "&" + m.with
	}
	b := newBench(t)
	r := httptest.NewRequest(m.method, "http://s3.localhost"+path, strings.NewReader(""))
	if m.header != "" {
		r.Header.Set(m.header, "/my-bucket/k")
	}
	if op.unsigned {
		r.Header.Set("Origin", "https://app.example")
		r.Header.Set("Access-Control-Request-Method", "GET")
		b.must(t, sharing)
	}
	c, err := Route(exchange.Frame{Request: r}, Address{Path: r.URL.EscapedPath()})
	if err != nil {
		t.Fatalf("%s: %v", op.Name, err)
	}
	c.Live, c.Moment, c.Now = b.live, b.live.Now(), b.now
	c.Principal = &policy.Principal{Kind: policy.Root, Account: ownAccount, ARN: "arn:aws:iam::" + ownAccount + ":root"}
	c.Body = mustOpen(t, r)
	return c
}

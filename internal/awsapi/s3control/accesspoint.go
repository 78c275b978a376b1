package s3control

import (
	"cmp"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/world"
)

const (
	pointsPath = "/v20180820/accesspoint"
	pointPath  = pointsPath + "/{Name}"
)

// accessPoints are the actions about access points.
var accessPoints = []*awsapi.Action{
	awsapi.NewAction("CreateAccessPoint", checkCreate, createAccessPoint).At("PUT", pointPath).Told(quotedPoint),
	awsapi.NewAction("GetAccessPoint", checkAnyPoint, getAccessPoint).Reads().At("GET", pointPath),
	awsapi.NewAction("DeleteAccessPoint", checkPoint[pointInput], deleteAccessPoint).
		At("DELETE", pointPath).Answers(http.StatusNoContent).Told(quotedPoint),
	awsapi.NewAction("ListAccessPoints", checkAccount[listInput], listAccessPoints).Reads().At("GET", pointsPath),
	awsapi.NewAction("GetAccessPointPolicy", checkPoint[pointInput], getAccessPointPolicy).
		Reads().At("GET", pointPath+"/policy").Told(quotedPoint),
	awsapi.NewAction("PutAccessPointPolicy", checkPutPolicy, putAccessPointPolicy).At("PUT", pointPath+"/policy").Told(quotedPoint),
	awsapi.NewAction("DeleteAccessPointPolicy", checkPoint[pointInput], deleteAccessPointPolicy).
		At("DELETE", pointPath+"/policy").Answers(http.StatusNoContent).Told(quotedPoint),
	awsapi.NewAction("GetAccessPointPolicyStatus", checkPoint[pointInput], getAccessPointPolicyStatus).
		Reads().At("GET", pointPath+"/policyStatus").Told(quotedPoint),
}

func quotedPoint(in any, resource string) string { return quoted(in, resource) }

// pointInput names the access point that a call is about.
type pointInput struct {
	Name string `aws:",required" xml:"-"`
}

func (in *pointInput) name() string { return in.Name }

// about is the parameters of a call about an access point.
type about[In any] interface {
	*In
	name() string
}

// checkPoint asks for the call's permission on the access point, which need not be there. Its
// policy counts, as a bucket's does of what is done to the bucket [unsure].
func checkPoint[In any, P about[In]](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	q, err := pointQuestion(c, P(in).name(), nil)
	if err != nil {
		return nil, err
	}
	return []*authz.Request{q}, nil
}

// pointQuestion asks it of one that is there, or of draft, which is to be made.
func pointQuestion(c *awsapi.Call, name string, draft *world.AccessPoint) (*authz.Request, error) {
	if err := named(c, name); err != nil {
		return nil, err
	}
	arn, p := world.AccessPointARN(c.Region(), c.Account, name), draft
	if p == nil {
		p = c.State().AccessPoints[arn]
	}
	keys := append(signatureKeys(c),
		awsapi.Key{Name: "s3:DataAccessPointArn", Values: []string{arn}},
		awsapi.Key{Name: "s3:DataAccessPointAccount", Values: []string{c.Account}})
	if p != nil {
		keys = append(keys, awsapi.Key{Name: "s3:AccessPointNetworkOrigin", Values: []string{p.Origin()}})
	}
	q := c.QuestionOf(c.Account, c.Permission(), arn, keys...)
	q.RCPs = c.State().RCPs(c.Account)
	if p != nil && draft == nil {
		q.AccessPoint = &authz.AccessPoint{Account: p.Account, Policies: p.Policies()}
	}
	return q, nil
}

// named refuses an account that is none, and a name that no access point can have. The words
// of the second are [unsure].
func named(c *awsapi.Call, name string) error {
	switch kind := world.LacksARN(name); {
	case !world.IsAccountID(c.Account):
		return awsapi.Refuse("InvalidRequest", "Invalid account id")
	case kind != "":
		return awsapi.RefuseWith(http.StatusNotImplemented, "NotImplemented", "s3fault has no %s", kind)
	case !world.IsAccessPointName(name):
		return awsapi.Refuse("InvalidRequest", "Your Amazon S3 AccessPoint name is invalid")
	}
	return nil
}

// pointOf is the access point of that name, of the account and in the region of the call.
func pointOf(c *awsapi.Call, name string) (*world.AccessPoint, error) {
	if p := c.State().AccessPoints.Named(c.Region(), c.Account, name); p != nil {
		return p, nil
	}
	err := awsapi.RefuseWith(http.StatusNotFound, "NoSuchAccessPoint", "The specified accesspoint does not exist")
	err.Fields = map[string]any{"AccessPointName": name}
	return nil, err
}

type vpcConfiguration struct {
	VpcId string
}

// createInput is a CreateAccessPointRequest.
type createInput struct {
	pointInput                     `xml:"-"`
	Bucket                         string `aws:",required"`
	BucketAccountId                string
	VpcConfiguration               *vpcConfiguration
	PublicAccessBlockConfiguration *world.PublicAccessBlock
	Scope                          *scope
	Tags                           []awsapi.KeyValue `xml:"Tags>Tag"`
}

// scope is for access points of directory buckets alone.
type scope struct {
	Prefixes    []string `xml:"Prefixes>Prefix"`
	Permissions []string `xml:"Permissions>Permission"`
}

type createOutput struct {
	XMLName        xml.Name `xml:"http://awss3control.amazonaws.com/doc/2018-08-20/ CreateAccessPointResult"`
	AccessPointArn string
	Alias          string
}

// draft is the access point that is to be made. Where nothing is said, all of Block Public
// Access is on (authorization.md 13.5).
func (in *createInput) draft(c *awsapi.Call) *world.AccessPoint {
	p := &world.AccessPoint{
		Name: in.Name, Account: c.Account, Region: c.Region(), Bucket: in.Bucket, Created: c.Now,
		PublicAccessBlock: in.PublicAccessBlockConfiguration,
	}
	if in.VpcConfiguration != nil {
		p.VPC = in.VpcConfiguration.VpcId
	}
	if p.PublicAccessBlock == nil {
		p.PublicAccessBlock = &world.PublicAccessBlock{
			BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true,
		}
	}
	for _, t := range in.Tags {
		if p.Tags == nil {
			p.Tags = map[string]string{}
		}
		key, value := t.Pair()
		p.Tags[key] = value
	}
	return p
}

func checkCreate(c *awsapi.Call, in *createInput) ([]*authz.Request, error) {
	q, err := pointQuestion(c, in.Name, in.draft(c))
	if err != nil {
		return nil, err
	}
	for _, k := range awsapi.RequestTags(in.Tags) {
		q.Context.Set(k.Name, k.Values...)
	}
	q.Context.Set("s3:locationconstraint", c.Region())
	return []*authz.Request{q}, nil
}

// mostPoints is how many access points an account has in a region (S3 User Guide, "Access
// points naming rules, restrictions, and limitations").
const mostPoints = 10000

var vpcForm = pattern.New(`^vpc-\w{1,1000}$`)

func createAccessPoint(c *awsapi.Call, in *createInput) (*createOutput, error) {
	p := in.draft(c)
	if err := creatable(c, in, p); err != nil {
		return nil, err
	}
	err := c.Change(func(s *world.State) (*world.State, error) { return p.In(s), nil })
	return &createOutput{AccessPointArn: p.ARN(), Alias: p.Alias()}, err
}

// creatable holds what is to be made against the world. Which of several reasons is told first
// is [unsure].
func creatable(c *awsapi.Call, in *createInput, p *world.AccessPoint) error {
	b := c.State().Bucket(in.Bucket)
	switch {
	case in.Scope != nil:
		return awsapi.Refuse("InvalidRequest", "Scope is supported for access points of directory buckets alone") // [unsure]
	case b == nil || b.Region != p.Region:
		return awsapi.RefuseWith(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")
	case in.BucketAccountId != "" && in.BucketAccountId != b.Owner:
		return awsapi.Refuse("InvalidRequest", "BucketAccountId parameter should be same as the AWS Account Id of bucket owner")
	case b.Owner != p.Account && in.BucketAccountId == "":
		return plainRefusal()
	case p.VPC != "" && !vpcForm.MatchString(p.VPC), in.VpcConfiguration != nil && p.VPC == "":
		return awsapi.Refuse("InvalidRequest", "The VPC ID is not valid") // [unsure]
	case c.State().AccessPoints[p.ARN()] != nil:
		return awsapi.RefuseWith(http.StatusConflict, "AccessPointAlreadyOwnedByYou",
			"Your previous request to create the named accesspoint succeeded and you already own it.")
	case len(ofAccount(c, "")) >= mostPoints:
		return awsapi.Refuse("TooManyAccessPoints", "You have attempted to create more access points than allowed")
	case len(p.Tags) > world.MaxBucketTags:
		return awsapi.Refuse("BadRequest", world.TooManyBucketTags)
	}
	return goodTags(in.Tags)
}

// goodTags refuses them as TagResource does [unsure].
func goodTags(tags []awsapi.KeyValue) error {
	given := map[string]bool{}
	for _, t := range tags {
		key, value := t.Pair()
		if given[key] {
			return invalidTag(key, tagTwice)
		}
		if err := checkTag(key, value); err != nil {
			return err
		}
		given[key] = true
	}
	return nil
}

func deleteAccessPoint(c *awsapi.Call, in *pointInput) (*awsapi.Nothing, error) {
	p, err := pointOf(c, in.Name)
	if err != nil {
		return nil, err
	}
	return &awsapi.Nothing{}, c.Change(func(s *world.State) (*world.State, error) { return p.OutOf(s), nil })
}

// shown is what both GetAccessPoint and ListAccessPoints tell.
type shown struct {
	Name             string
	NetworkOrigin    string
	VpcConfiguration *vpcConfiguration
	Bucket           string
	AccessPointArn   string
	Alias            string
	BucketAccountId  string
}

func show(c *awsapi.Call, p *world.AccessPoint) shown {
	s := shown{
		Name: p.Name, NetworkOrigin: p.Origin(), Bucket: p.Bucket, AccessPointArn: p.ARN(), Alias: p.Alias(),
		BucketAccountId: p.Account,
	}
	if b := c.State().Bucket(p.Bucket); b != nil {
		s.BucketAccountId = b.Owner
	}
	if p.VPC != "" {
		s.VpcConfiguration = &vpcConfiguration{p.VPC}
	}
	return s
}

type getOutput struct {
	shown
	PublicAccessBlockConfiguration world.PublicAccessBlock
	CreationDate                   time.Time
	Endpoints                      map[string]string
}

// entry is one of a map, as it is written.
type entry struct {
	Key   string `xml:"key"`
	Value string `xml:"value"`
}

// MarshalXML writes the answer as S3 Control does.
func (out getOutput) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	var endpoints []entry
	for _, k := range slices.Sorted(maps.Keys(out.Endpoints)) {
		endpoints = append(endpoints, entry{k, out.Endpoints[k]})
	}
	return e.Encode(struct {
		XMLName xml.Name `xml:"http://awss3control.amazonaws.com/doc/2018-08-20/ GetAccessPointResult"`
		shown
		PublicAccessBlockConfiguration world.PublicAccessBlock
		CreationDate                   string
		Endpoints                      []entry `xml:"Endpoints>entry"`
	}{
		shown: out.shown, PublicAccessBlockConfiguration: out.PublicAccessBlockConfiguration,
		CreationDate: out.CreationDate.UTC().Format("2006-01-02T15:04:05Z"), Endpoints: endpoints,
	})
}

// checkAnyPoint asks for the call's permission on all there is: GetAccessPoint has no resource
// (Service Authorization Reference, "Actions defined by Amazon S3").
func checkAnyPoint(c *awsapi.Call, in *pointInput) ([]*authz.Request, error) {
	if err := named(c, in.Name); err != nil {
		return nil, err
	}
	return checkAccount(c, in)
}

func getAccessPoint(c *awsapi.Call, in *pointInput) (*getOutput, error) {
	p, err := pointOf(c, in.Name)
	if err != nil {
		return nil, err
	}
	out := &getOutput{shown: show(c, p), CreationDate: p.Created, Endpoints: endpoints(p.Region)}
	if p.PublicAccessBlock != nil {
		out.PublicAccessBlockConfiguration = *p.PublicAccessBlock
	}
	return out, nil
}

// endpoints are those of access points in a region; FIPS ones are in North America alone.
func endpoints(region string) map[string]string {
	end := region + ".amazonaws.com"
	all := map[string]string{"ipv4": "s3-accesspoint." + end, "dualstack": "s3-accesspoint.dualstack." + end}
	if strings.HasPrefix(region, "us-") || strings.HasPrefix(region, "ca-") {
		all["fips"], all["fips_dualstack"] = "s3-accesspoint-fips."+end, "s3-accesspoint-fips.dualstack."+end
	}
	return all
}

type listInput struct {
	Bucket         string `aws:"bucket"`
	NextToken      string `aws:"nextToken"`
	MaxResults     int    `aws:"maxResults"`
	DataSourceId   string `aws:"dataSourceId"`
	DataSourceType string `aws:"dataSourceType"`
}

type listOutput struct {
	XMLName         xml.Name `xml:"http://awss3control.amazonaws.com/doc/2018-08-20/ ListAccessPointsResult"`
	AccessPointList []shown  `xml:"AccessPointList>AccessPoint"`
	NextToken       string   `xml:",omitempty"`
}

// mostListed is how many access points one answer has (S3 API Reference, "ListAccessPoints").
const mostListed = 1000

func listAccessPoints(c *awsapi.Call, in *listInput) (*listOutput, error) {
	if in.MaxResults < 0 || in.MaxResults > mostListed {
		return nil, c.Invalid("maxResults", in.MaxResults, "Member must have value less than or equal to 1000")
	}
	all := ofAccount(c, in.Bucket)
	if in.DataSourceType != "" && !strings.EqualFold(in.DataSourceType, "S3") {
		all = nil // of file systems there are none
	}
	if in.DataSourceId != "" {
		all = slices.DeleteFunc(all, func(p *world.AccessPoint) bool { return bucketARN+p.Bucket != in.DataSourceId })
	}
	page, next, ok := awsapi.Piece(all, cmp.Or(in.MaxResults, mostListed), in.NextToken)
	if !ok {
		return nil, awsapi.Refuse("InvalidRequest", "The continuation token is not valid") // [unsure]
	}
	out := &listOutput{NextToken: next}
	for _, p := range page {
		out.AccessPointList = append(out.AccessPointList, show(c, p))
	}
	return out, nil
}

// ofAccount are the access points of the call's account in its region; of one bucket where
// that is named.
func ofAccount(c *awsapi.Call, bucket string) []*world.AccessPoint {
	return slices.DeleteFunc(c.State().AccessPoints.Sorted(), func(p *world.AccessPoint) bool {
		return p.Account != c.Account || p.Region != c.Region() || bucket != "" && p.Bucket != bucket
	})
}

package cloudtrail

import (
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/world"
)

// trailSettings are what a trail can be given; the rest of CloudTrail's settings are
// about services that are not here.
type trailSettings struct {
	S3KeyPrefix                string
	IsMultiRegionTrail         *bool
	IsOrganizationTrail        *bool
	IncludeGlobalServiceEvents *bool
	EnableLogFileValidation    *bool // is kept; digest files are not written
	KmsKeyId                   string
	SnsTopicName               string
	CloudWatchLogsLogGroupArn  string
	CloudWatchLogsRoleArn      string
}

type createTrailInput struct {
	Name         string `aws:",required"`
	S3BucketName string `aws:",required"`
	TagsList     []tag
	trailSettings
}

type trailOutput struct {
	Name                       string
	S3BucketName               string
	S3KeyPrefix                string `json:",omitempty"`
	IncludeGlobalServiceEvents bool
	IsMultiRegionTrail         bool
	TrailARN                   string
	LogFileValidationEnabled   bool
	IsOrganizationTrail        bool
}

func outputOf(t *world.Trail) trailOutput {
	return trailOutput{Name: t.Name, S3BucketName: t.Bucket, S3KeyPrefix: t.Prefix, IncludeGlobalServiceEvents: true,
		IsMultiRegionTrail: t.MultiRegion, TrailARN: t.ARN(), LogFileValidationEnabled: t.Validated}
}

// trailName is the form of a trail's name (CloudTrail API Reference, "CreateTrail").
var trailName = pattern.New(`^[a-zA-Z0-9](?:[._-]?[a-zA-Z0-9]){2,127}$`)

func checkName(name string) error {
	refuse := func(format string, of ...any) error { return awsapi.Refuse("InvalidTrailNameException", format, of...) }
	switch length := len(name); {
	case length < 3:
		return refuse("Trail name too short. Minimum allowed length: 3 characters. "+
			"Specified name length: %d characters.", length)
	case length > 128:
		return refuse("Trail name too long. Maximum allowed length: 128 characters. "+
			"Specified name length: %d characters.", length)
	case !trailName.MatchString(name):
		return refuse("Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, " +
			"periods (.), hyphens (-), and underscores (_).")
	}
	return nil
}

// checkCreateTrail asks for the call's permission, and CloudTrail's own to write
// into the bucket: without it there is no trail.
func checkCreateTrail(c *awsapi.Call, in *createTrailInput) ([]*authz.Request, error) {
	if err := checkName(in.Name); err != nil {
		return nil, err
	}
	tags := awsapi.RequestTags(in.TagsList)
	questions, err := c.Ask(arnOf(c, in.Name), tags...)
	if len(tags) > 0 {
		questions = append(questions, c.Question("cloudtrail:AddTags", arnOf(c, in.Name), tags...))
	}
	t := &world.Trail{Name: in.Name, Account: c.CallerAccount(), Region: c.Region(), Prefix: in.S3KeyPrefix}
	return append(questions, writing(c, t, in.S3BucketName)...), err
}

// writing asks what CloudTrail must be allowed in the trail's bucket; nothing where
// there is no such bucket.
func writing(c *awsapi.Call, t *world.Trail, bucket string) []*authz.Request {
	b := c.InForce().Bucket(bucket)
	if b == nil {
		return nil
	}
	insufficient := awsapi.Refuse("InsufficientS3BucketPolicyException", "Incorrect S3 bucket policy is detected for bucket: %s", bucket)
	look, put := trail.MayLook(c.InForce(), t, b, c.Now), trail.MayPut(c.InForce(), t, b,
		trail.Folder(t)+t.Region+"/log", c.Now)
	return []*authz.Request{c.RefuseAs(look, insufficient), c.RefuseAs(put, insufficient)}
}

func createTrail(c *awsapi.Call, in *createTrailInput) (*trailOutput, error) {
	if old := c.State().Trails[in.Name]; old != nil {
		return nil, awsapi.Refuse("TrailAlreadyExistsException", "Trail %s already exists for customer: %s", in.Name, c.CallerAccount())
	}
	if trailsHere(c) >= mostTrails {
		return nil, awsapi.Refuse("MaximumNumberOfTrailsExceededException", "User: %s already has %d trails in %s.",
			c.CallerAccount(), mostTrails, c.Region())
	}
	t := &world.Trail{Name: in.Name, Account: c.CallerAccount(), Region: c.Region(), Bucket: in.S3BucketName, Selectors: world.DefaultSelectors}
	if err := settle(c, t, &in.trailSettings); err != nil {
		return nil, err
	}
	tags, err := tagsWith(nil, in.TagsList)
	if err != nil {
		return nil, err
	}
	t.Tags = tags
	out := outputOf(t)
	return &out, c.Change(func(s *world.State) (*world.State, error) { return s.WithTrail(t), nil })
}

// settle gives a trail its settings, if they can be.
func settle(c *awsapi.Call, t *world.Trail, in *trailSettings) error {
	switch {
	case c.State().Bucket(t.Bucket) == nil:
		return awsapi.Refuse("S3BucketDoesNotExistException", "S3 bucket %s does not exist!", t.Bucket)
	case in.IsOrganizationTrail != nil && *in.IsOrganizationTrail:
		return awsapi.Refuse("UnsupportedOperationException", "Organization trails are not supported.")
	case len(in.S3KeyPrefix) > maxPrefix:
		return awsapi.Refuse("InvalidS3PrefixException", // [unsure: the words]
			"S3 prefix is longer than maximum length: %d", maxPrefix)
	}
	if err := in.lacking(); err != nil {
		return err
	}
	if in.S3KeyPrefix != "" {
		t.Prefix = strings.Trim(in.S3KeyPrefix, "/")
	}
	if in.IsMultiRegionTrail != nil {
		t.MultiRegion = *in.IsMultiRegionTrail
	}
	if in.EnableLogFileValidation != nil {
		t.Validated = *in.EnableLogFileValidation
	}
	if global := in.IncludeGlobalServiceEvents; t.MultiRegion && global != nil && !*global {
		return awsapi.Refuse("InvalidParameterCombinationException", "Multi-Region trail must include global service events.")
	}
	return nil
}

// lacking refuses what trails have at AWS and not here.
func (in *trailSettings) lacking() error {
	for _, s := range []struct{ name, value string }{
		{"KmsKeyId", in.KmsKeyId}, {"SnsTopicName", in.SnsTopicName},
		{"CloudWatchLogsLogGroupArn", in.CloudWatchLogsLogGroupArn}, {"CloudWatchLogsRoleArn", in.CloudWatchLogsRoleArn},
	} {
		if s.value != "" {
			return awsapi.Refuse("UnsupportedOperationException", "s3fault has no %s of trails.", s.name)
		}
	}
	return nil
}

// The most trails that a region has, and characters of a prefix (CloudTrail User Guide, "Quotas
// in AWS CloudTrail"; API Reference, "CreateTrail").
const (
	mostTrails = 5
	maxPrefix  = 200
)

// trailsHere is how many trails of the caller's account the call's region has. One of all regions
// counts in each.
func trailsHere(c *awsapi.Call) (n int) {
	for _, t := range own(c) {
		if t.Region == c.Region() || t.MultiRegion {
			n++
		}
	}
	return n
}

type updateTrailInput struct {
	Name         string `aws:",required"`
	S3BucketName string
	trailSettings
}

func checkUpdateTrail(c *awsapi.Call, in *updateTrailInput) ([]*authz.Request, error) {
	questions, err := c.Ask(arnOf(c, in.Name))
	if t := c.State().Trail(c.CallerAccount(), in.Name); t != nil && in.S3BucketName != "" {
		questions = append(questions, writing(c, t, in.S3BucketName)...)
	}
	return questions, err
}

func updateTrail(c *awsapi.Call, in *updateTrailInput) (*trailOutput, error) {
	old, err := named(c, in.Name)
	if err != nil {
		return nil, err
	}
	t := *old
	if in.S3BucketName != "" {
		t.Bucket = in.S3BucketName
	}
	if err := settle(c, &t, &in.trailSettings); err != nil {
		return nil, err
	}
	out := outputOf(&t)
	return &out, change(c, &t, func(*world.Trail) {})
}

func deleteTrail(c *awsapi.Call, in *nameInput) (*awsapi.Nothing, error) {
	t, err := named(c, in.Name)
	if err != nil {
		return nil, err
	}
	return &awsapi.Nothing{}, c.Change(func(s *world.State) (*world.State, error) { return s.WithoutTrail(t.Name), nil })
}

// trailDetail is a trail as it is described.
type trailDetail struct {
	trailOutput
	HomeRegion              string
	HasCustomEventSelectors bool
	HasInsightSelectors     bool
}

func detailOf(t *world.Trail) trailDetail {
	return trailDetail{trailOutput: outputOf(t), HomeRegion: t.Region, HasCustomEventSelectors: !isDefault(t.Selectors)}
}

type describeTrailsInput struct {
	TrailNameList       []string
	IncludeShadowTrails *bool
}

type describeTrailsOutput struct {
	TrailList []trailDetail `json:"trailList"`
}

// describeTrails leaves out names of which there is no trail, as CloudTrail does.
func describeTrails(c *awsapi.Call, in *describeTrailsInput) (*describeTrailsOutput, error) {
	out := &describeTrailsOutput{TrailList: []trailDetail{}}
	shadows := in.IncludeShadowTrails == nil || *in.IncludeShadowTrails
	for _, t := range own(c) {
		wanted := len(in.TrailNameList) == 0 || slices.Contains(in.TrailNameList, t.Name) || slices.Contains(in.TrailNameList, t.ARN())
		if wanted && (t.Region == c.Region() || shadows && t.MultiRegion || slices.Contains(in.TrailNameList, t.ARN())) {
			out.TrailList = append(out.TrailList, detailOf(t))
		}
	}
	return out, nil
}

// own are the trails of the caller's account, by name.
func own(c *awsapi.Call) []*world.Trail {
	all := c.State().Trails
	var mine []*world.Trail
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if all[name].Account == c.CallerAccount() {
			mine = append(mine, all[name])
		}
	}
	return mine
}

type getTrailOutput struct{ Trail trailDetail }

func getTrail(c *awsapi.Call, in *nameInput) (*getTrailOutput, error) {
	t, err := named(c, in.Name)
	if err != nil {
		return nil, err
	}
	return &getTrailOutput{detailOf(t)}, nil
}

type listTrailsInput struct{ NextToken string }

type trailInfo struct {
	TrailARN   string
	Name       string
	HomeRegion string
}

type listTrailsOutput struct{ Trails []trailInfo }

func listTrails(c *awsapi.Call, _ *listTrailsInput) (*listTrailsOutput, error) {
	out := &listTrailsOutput{Trails: []trailInfo{}}
	for _, t := range own(c) {
		out.Trails = append(out.Trails, trailInfo{t.ARN(), t.Name, t.Region})
	}
	return out, nil
}

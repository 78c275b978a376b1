package scenarios

import (
	"time"

	"github.com/s3fault/s3fault/internal/world"
)

// fileDoc is a scenario file as it is written. What defaults and scenarios hold
// is read after the two are merged.
type fileDoc struct {
	At        *node   `yaml:"-"`
	Version   int     `yaml:"version"`
	Responses string  `yaml:"responses"`
	AsOf      dateDoc `yaml:"as_of"`
	Defaults  *node   `yaml:"defaults"`
	Scenarios *node   `yaml:"scenarios"`
	Lessons   *node   `yaml:"lessons"` // a lessonsEntryDoc for the name of each scenario
}

// scenarioDoc is one scenario: a world, and what there is to learn from it.
type scenarioDoc struct {
	worldDoc
	lessonsEntryDoc
	Title       string `yaml:"title"`
	Source      string `yaml:"source"`
	Fix         []int  `yaml:"fix"`
	Expect      []Call `yaml:"expect"`
	FixPatch    *node  `yaml:"fix_patch"`
	AfterFix    []Call `yaml:"after_fix"`
	StillDenied []Call `yaml:"still_denied"`
}

// worldDoc is the facts of a world: what GET /worlds/{id} shows and PATCH
// changes.
type worldDoc struct {
	At           *node                      `yaml:"-"`
	Responses    string                     `yaml:"responses"`
	AsOf         dateDoc                    `yaml:"as_of"`
	Region       string                     `yaml:"region"`
	Network      networkDoc                 `yaml:"network"`
	Clock        clockDoc                   `yaml:"clock"`
	SigV2        string                     `yaml:"sigv2"`
	Accounts     map[string]*accountDoc     `yaml:"accounts"`
	Callers      map[string]*callerDoc      `yaml:"callers"`
	KMSKeys      map[string]*kmsKeyDoc      `yaml:"kms_keys"`
	NewBuckets   newBucketsDoc              `yaml:"new_buckets"`
	Buckets      map[string]bucketDoc       `yaml:"buckets"`
	Organization *organizationDoc           `yaml:"organization"`
	VPCEndpoints map[string]*vpcEndpointDoc `yaml:"vpc_endpoints"`
	RouteTables  map[string]*routeTableDoc  `yaml:"route_tables"`
	Trails       map[string]*trailDoc       `yaml:"trails"`
}

type clockDoc struct {
	Offset time.Duration `yaml:"offset"`
	Now    instantDoc    `yaml:"now"`
}

type accountDoc struct {
	At              *node                `yaml:"-"`
	Name            string               `yaml:"name"`
	CanonicalID     string               `yaml:"canonical_id"`
	Users           map[string]*userDoc  `yaml:"users"`
	Roles           map[string]*roleDoc  `yaml:"roles"`
	Groups          map[string]*groupDoc `yaml:"groups"`
	ManagedPolicies map[string]*node     `yaml:"managed_policies"`
	// PolicyDetails are those of managed policies; of one that is gone they count for nothing.
	PolicyDetails     map[string]*policyDetailsDoc `yaml:"policy_details"`
	PublicAccessBlock *publicAccessDoc             `yaml:"public_access_block"`
}

// principalDoc is what users and roles have in common.
type principalDoc struct {
	At       *node             `yaml:"-"`
	ID       string            `yaml:"id"` // derived from the name if absent
	Path     string            `yaml:"path"`
	Policies map[string]*node  `yaml:"policies"`
	Managed  []string          `yaml:"managed_policies"`
	Boundary *node             `yaml:"permissions_boundary"`
	Tags     map[string]string `yaml:"tags"`
}

type userDoc struct {
	principalDoc
	Groups []string `yaml:"groups"`
}

type roleDoc struct {
	principalDoc
	Trust       *node         `yaml:"trust"`
	MaxSession  time.Duration `yaml:"max_session"`
	Description string        `yaml:"description"`
}

type groupDoc struct {
	At       *node            `yaml:"-"`
	ID       string           `yaml:"id"`
	Path     string           `yaml:"path"`
	Policies map[string]*node `yaml:"policies"`
	Managed  []string         `yaml:"managed_policies"`
}

type newBucketsDoc struct {
	At                *node            `yaml:"-"`
	ObjectOwnership   string           `yaml:"object_ownership"`
	PublicAccessBlock *publicAccessDoc `yaml:"public_access_block"`
	Encryption        *encryptionDoc   `yaml:"encryption"`
}

type bucketDoc struct {
	At                *node                 `yaml:"-"`
	Owner             string                `yaml:"owner"`
	Region            string                `yaml:"region"`
	Policy            *node                 `yaml:"policy"`
	ObjectOwnership   string                `yaml:"object_ownership"`
	PublicAccessBlock *publicAccessDoc      `yaml:"public_access_block"`
	Encryption        *encryptionDoc        `yaml:"encryption"`
	ACL               *aclDoc               `yaml:"acl"`
	Versioning        string                `yaml:"versioning"`
	MFADelete         bool                  `yaml:"mfa_delete"`
	ObjectLock        *lockDoc              `yaml:"object_lock"`
	RequesterPays     bool                  `yaml:"requester_pays"`
	Tags              map[string]string     `yaml:"tags"`
	ABAC              bool                  `yaml:"abac"`
	Objects           map[string]*objectDoc `yaml:"objects"`
}

type encryptionDoc struct {
	At        *node  `yaml:"-"`
	Algorithm string `yaml:"algorithm"`
	KMSKey    string `yaml:"kms_key"`
	BucketKey bool   `yaml:"bucket_key"`
	BlockSSEC bool   `yaml:"block_ssec"`
}

type objectDoc struct {
	At           *node             `yaml:"-"`
	Body         *string           `yaml:"body"`
	BodyBase64   *string           `yaml:"body_base64"`
	Size         *sizeDoc          `yaml:"size"`
	VersionID    string            `yaml:"version_id"`
	Owner        string            `yaml:"owner"`
	Encryption   *encryptionDoc    `yaml:"encryption"`
	Metadata     map[string]string `yaml:"metadata"`
	StorageClass string            `yaml:"storage_class"`
	Tags         map[string]string `yaml:"tags"`
	ACL          *aclDoc           `yaml:"acl"`
	Retention    *retentionDoc     `yaml:"retention"`
	EventHold    *eventHoldDoc     `yaml:"event_hold"`
	LegalHold    bool              `yaml:"legal_hold"`
}

// publicAccessDoc is the four settings, or none.
type publicAccessDoc struct{ block *world.PublicAccessBlock }

type publicAccessSettings struct {
	BlockPublicAcls       bool `yaml:"block_public_acls"`
	IgnorePublicAcls      bool `yaml:"ignore_public_acls"`
	BlockPublicPolicy     bool `yaml:"block_public_policy"`
	RestrictPublicBuckets bool `yaml:"restrict_public_buckets"`
}

func (d *publicAccessDoc) decode(n *node) error {
	if n.isNone() {
		return nil
	}
	var s publicAccessSettings
	if err := decode(n, &s); err != nil {
		return err
	}
	block := world.PublicAccessBlock(s)
	d.block = &block
	return nil
}

package deeds

import (
	"maps"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// kind is what an action is done to.
type kind uint8

const (
	everything kind = iota // "*": what is not done to one resource
	buckets
	objects
	keys
	roles
	users
)

// thing is a resource, or one that there might be.
type thing struct {
	kind        kind
	arn         string
	bucket, key string // of a bucket, or of an object
	account     string
	// extra: of the objects, one that only data is asked about.
	extra bool
	// What stands for one that there might be.
	invented bool
	asBucket *world.Bucket
	asKey    *world.Key
	asRole   *world.Role
}

// Bounds of what is asked about.
const (
	maxBuckets = 8
	maxObjects = 6 // of a bucket
	maxKeys    = 8
	maxNames   = 12 // users, and roles, of an account
)

// Keys of objects that there might be.
const (
	missingKey   = "not-there.txt"
	elsewhereKey = "outside-of/every/prefix.bin"
)

// thingsOf are the resources of a world that deeds are asked about, and in each of its first
// accounts one that there might be beside them: what is given for "*" is given for those.
func thingsOf(m *store.Moment, about Subject) []thing {
	s := m.State
	all := []thing{{kind: everything, arn: "*"}}
	for _, name := range bounded(slices.Sorted(maps.Keys(s.Buckets)), about.Buckets, maxBuckets) {
		all = append(all, bucketThings(m, s.Buckets[name])...)
	}
	for _, arn := range bounded(slices.Sorted(maps.Keys(s.Keys)), about.Keys, maxKeys) {
		all = append(all, thing{kind: keys, arn: arn, account: s.Keys[arn].Account})
	}
	for _, number := range bounded(slices.Sorted(maps.Keys(s.Accounts)), nil, maxAccounts) {
		all = append(all, accountThings(s, s.Accounts[number])...)
	}
	return all
}

// bounded are the names, or of them those that are wanted, and not more than most.
func bounded(names, wanted []string, most int) []string {
	if len(wanted) > 0 {
		names = slices.DeleteFunc(names, func(n string) bool { return !slices.Contains(wanted, n) })
	}
	return names[:min(len(names), most)]
}

// bucketThings are a bucket, its first objects, and objects that there might be.
func bucketThings(m *store.Moment, b *world.Bucket) []thing {
	all := []thing{bucketThing(b.Name, b.Owner)}
	var found []string
	if contents := m.Index.Bucket(b.Name); contents != nil {
		for _, o := range contents.List(store.ListQuery{Max: maxObjects}).Objects {
			found = append(found, o.Key)
		}
	}
	for i, key := range append(found, missingKey, elsewhereKey) {
		t := objectThing(b.Name, key, b.Owner)
		t.extra = i > 0 && key != missingKey
		all = append(all, t)
	}
	return all
}

func bucketThing(name, owner string) thing {
	return thing{kind: buckets, arn: world.BucketARN + name, bucket: name, account: owner}
}

func objectThing(bucket, key, owner string) thing {
	return thing{kind: objects, arn: world.BucketARN + bucket + "/" + key, bucket: bucket, key: key, account: owner}
}

// accountThings are the users and roles of an account, and a bucket, an object, a key, a
// user and a role that it might have.
func accountThings(s *world.State, a *world.Account) []thing {
	var all []thing
	for _, name := range bounded(slices.Sorted(maps.Keys(a.Users)), nil, maxNames) {
		all = append(all, thing{kind: users, arn: a.Users[name].ARN, account: a.ID})
	}
	for _, name := range bounded(slices.Sorted(maps.Keys(a.Roles)), nil, maxNames) {
		all = append(all, thing{kind: roles, arn: a.Roles[name].ARN, account: a.ID})
	}
	return append(all, inventedThings(s, a.ID)...)
}

func inventedThings(s *world.State, account string) []thing {
	b := inventedBucket(s, "another-bucket-of-"+account, account)
	bucket, object := bucketThing(b.Name, account), objectThing(b.Name, missingKey, account)
	bucket.invented, bucket.asBucket, object.invented, object.asBucket = true, b, true, b
	user := thing{kind: users, arn: world.UserARN(account, "/", "another-of-the-users"), account: account}
	role := thing{kind: roles, arn: world.RoleARN(account, "/", "another-of-the-roles"), account: account}
	user.invented, role.invented = true, true
	role.asRole = &world.Role{ARN: role.arn, Trust: trustingAccount(account)}
	all := []thing{bucket, object, user, role}
	if k := anotherKey(s, account); k != nil {
		all = append(all, thing{kind: keys, arn: k.ARN, account: account, invented: true, asKey: k})
	}
	return all
}

// inventedBucket is one that there might be.
func inventedBucket(s *world.State, name, owner string) *world.Bucket {
	return &world.Bucket{Name: name, Owner: owner, Region: s.Region, Ownership: world.BucketOwnerEnforced}
}

// trustingAccount is the trust policy that leaves it to the account.
func trustingAccount(account string) *authz.Named {
	doc := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + world.RootARN(account) +
		`"},"Action":"sts:AssumeRole"}]}`
	p, err := policy.Parse([]byte(doc))
	if err != nil {
		panic(err) // a constant but for a number
	}
	return &authz.Named{Name: "trust", Policy: p}
}

// anotherKey is a KMS key that leaves it to the account; nil: an account's number is none.
func anotherKey(s *world.State, account string) *world.Key {
	p, err := world.DefaultKeyPolicy(account)
	if err != nil {
		return nil
	}
	const id = "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a"
	return &world.Key{
		ID: id, ARN: world.KeyARN(s.Region, account, id), Account: account, Region: s.Region,
		KeyKind: world.SymmetricKey, Policy: p, State: world.KeyEnabled,
	}
}

package iam

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// accessKey is an access key as it is listed.
type accessKey struct {
	UserName    string `xml:",omitempty"`
	AccessKeyId string
	Status      string
	CreateDate  string
}

func describeKey(c *world.Caller) accessKey {
	status := "Active"
	if c.Inactive {
		status = "Inactive"
	}
	return accessKey{c.User, c.AccessKeyID, status, awsapi.ISO(c.Created)}
}

// mostKeys is how many access keys a user can have (IAM User Guide, "IAM and AWS STS
// quotas").
const mostKeys = 2

type createAccessKeyInput struct{ UserName string }

func (in createAccessKeyInput) user() string { return in.UserName }

type createAccessKeyOutput struct{ AccessKey newAccessKey }

type newAccessKey struct {
	accessKey
	SecretAccessKey string
}

// createAccessKey makes a key that nobody can guess.
func createAccessKey(c *awsapi.Call, in *createAccessKeyInput) (*createAccessKeyOutput, error) {
	name, err := existingUser(c, in.UserName)
	if err != nil {
		return nil, err
	}
	key := &world.Caller{
		Account: c.CallerAccount(), User: name, Root: name == "", Created: c.Now, Minted: true,
		AccessKeyID: "AKIA" + base32.StdEncoding.EncodeToString(random(10)), SecretAccessKey: base64.StdEncoding.EncodeToString(random(30)),
	}
	key.Name = key.AccessKeyID
	err = c.Change(func(s *world.State) (*world.State, error) {
		if len(s.AccessKeys(key.Account, name)) >= mostKeys {
			return nil, quotaExceeded("AccessKeysPerUser", mostKeys)
		}
		return sealed(s.WithCaller(key, c.Now))
	})
	return &createAccessKeyOutput{newAccessKey{describeKey(key), key.SecretAccessKey}}, err
}

// existingUser is userOr, held against the users that there are.
func existingUser(c *awsapi.Call, name string) (string, error) {
	name, err := userOr(c, name)
	if err == nil && name != "" && account(c).Users[name] == nil {
		err = users.noSuch(name)
	}
	return name, err
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return b
}

// newID is a unique id with AWS's prefix: nothing that is made ever has the id of
// something that was deleted.
func newID(prefix string) string {
	return prefix + base32.StdEncoding.EncodeToString(random(11))[:17]
}

type listAccessKeysInput struct {
	UserName string
	paging
}

func (in listAccessKeysInput) user() string { return in.UserName }

type listAccessKeysOutput struct {
	AccessKeyMetadata awsapi.List[accessKey]
	cut
}

func listAccessKeys(c *awsapi.Call, in *listAccessKeysInput) (*listAccessKeysOutput, error) {
	name, err := existingUser(c, in.UserName)
	if err != nil {
		return nil, err
	}
	var keys []accessKey
	for _, k := range c.State().AccessKeys(c.CallerAccount(), name) {
		keys = append(keys, describeKey(k))
	}
	list, rest, err := page(c, in.paging, keys, func(k accessKey) string { return k.AccessKeyId })
	return &listAccessKeysOutput{list, rest}, err
}

type updateAccessKeyInput struct {
	UserName    string
	AccessKeyId string `aws:",required"`
	Status      string `aws:",required"`
}

func (in updateAccessKeyInput) user() string { return in.UserName }

func updateAccessKey(c *awsapi.Call, in *updateAccessKeyInput) (*awsapi.Nothing, error) {
	err := changeKey(c, in.UserName, in.AccessKeyId, func(s *world.State, key *world.Caller) map[string]*world.Caller {
		changed := *key
		changed.Inactive = in.Status == "Inactive"
		return s.CallersWith(&changed)
	})
	return &awsapi.Nothing{}, err
}

type deleteAccessKeyInput struct {
	UserName    string
	AccessKeyId string `aws:",required"`
}

func (in deleteAccessKeyInput) user() string { return in.UserName }

func deleteAccessKey(c *awsapi.Call, in *deleteAccessKeyInput) (*awsapi.Nothing, error) {
	err := changeKey(c, in.UserName, in.AccessKeyId, func(s *world.State, key *world.Caller) map[string]*world.Caller {
		return s.CallersWithout(func(c *world.Caller) bool { return c.AccessKeyID == key.AccessKeyID })
	})
	return &awsapi.Nothing{}, err
}

type lastUsedInput struct {
	AccessKeyId string `aws:",required"`
}

type lastUsedOutput struct {
	UserName          string `xml:",omitempty"`
	AccessKeyLastUsed lastUsed
}

// lastUsed is the last use of a key; of one that nobody used, Service and Region are
// "N/A" (IAM API Reference, "AccessKeyLastUsed").
type lastUsed struct {
	LastUsedDate string `xml:",omitempty"`
	ServiceName  string
	Region       string
}

// checkLastUsed asks for the call's permission on whose key it is.
func checkLastUsed(c *awsapi.Call, in *lastUsedInput) ([]*authz.Request, error) {
	key := c.State().Credential(in.AccessKeyId)
	switch {
	case key == nil || !key.LongTerm() || key.Account != c.CallerAccount():
		return c.Ask("*")
	case key.User == "":
		return c.Ask(world.RootARN(key.Account))
	}
	return askAbout(c, users, key.User)
}

// getAccessKeyLastUsed knows the keys of the caller's account; of all others IAM says
// that access is denied. [unsure: the words]
func getAccessKeyLastUsed(c *awsapi.Call, in *lastUsedInput) (*lastUsedOutput, error) {
	key := c.State().Credential(in.AccessKeyId)
	if key == nil || !key.LongTerm() || key.Account != c.CallerAccount() {
		return nil, awsapi.RefuseWith(403, "AccessDenied", "User: %s is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key %s", c.Principal.ARN, in.AccessKeyId)
	}
	out := &lastUsedOutput{key.User, lastUsed{ServiceName: "N/A", Region: "N/A"}}
	if use, ok := c.Moment.Uses.Last(key.AccessKeyID); ok {
		out.AccessKeyLastUsed = lastUsed{awsapi.ISO(use.At), use.Service, use.Region}
	}
	return out, nil
}

// changeKey makes other callers of those there are, for one key of the user.
func changeKey(c *awsapi.Call, userName, id string, change func(*world.State, *world.Caller) map[string]*world.Caller) error {
	name, err := existingUser(c, userName)
	if err != nil {
		return err
	}
	return c.Change(func(s *world.State) (*world.State, error) {
		for _, key := range s.AccessKeys(c.CallerAccount(), name) {
			if key.AccessKeyID == id {
				return sealed(s.WithAccountAndCallers(s.Account(key.Account), change(s, key)))
			}
		}
		return nil, noSuchEntity("The Access Key with id %s cannot be found.", id)
	})
}

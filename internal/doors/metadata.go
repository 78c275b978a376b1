package doors

import (
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/world"
)

const (
	plainText      = "text/plain"
	metadataServer = "EC2ws"

	latest      = "/latest/"
	tokenPath   = latest + "api/token"
	dataPath    = latest + "meta-data/"
	dynamicPath = latest + "dynamic/"
	rolesPath   = dataPath + "iam/security-credentials"
	extended    = "-extended" // behind rolesPath: with the account
)

// isMetadata says whether a request is for the instance metadata service, and not for a
// bucket called latest: it is not signed; and it speaks of the service's session tokens, or
// has one of its paths in a world that has an instance and no such bucket.
func isMetadata(r *http.Request, s *world.State, path string) bool {
	switch {
	case !strings.HasPrefix(path, latest) || r.Header.Get("Authorization") != "" || strings.Contains(r.URL.RawQuery, "ignature="):
		return false
	case r.Header.Get(tokenHeader) != "" || r.Header.Get(ttlHeader) != "":
		return true
	case world.OnInstance(s) == nil || s.Buckets["latest"] != nil:
		return false
	}
	return path == tokenPath || strings.HasPrefix(path, dataPath) || strings.HasPrefix(path, dynamicPath)
}

func metadataOperation(r *http.Request, path string) *operation {
	switch {
	case path == tokenPath || r.Method == http.MethodPut:
		return metadataToken
	case strings.HasPrefix(path, rolesPath):
		return instanceCredentials
	}
	return instanceMetadata
}

// checkMetadata wants a session token where the world does, and a good one where there is
// one.
func (c *Call) checkMetadata() error {
	token := c.Request.Header.Get(tokenHeader)
	refused := &refusal{Status: http.StatusUnauthorized}
	switch {
	case c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead:
		return &refusal{Status: http.StatusMethodNotAllowed}
	case token == "" && c.State().Metadata.Tokens == world.TokensRequired:
		return cause.Say(refused, "the request has no %s header, and the world's metadata says tokens: required (IMDSv2)",
			strings.ToLower(tokenHeader))
	case token == "":
		return nil
	}
	left, ok := c.remaining(token)
	switch {
	case !ok:
		return cause.Say(refused, "the session token in %s is none that this world's instance gave", strings.ToLower(tokenHeader))
	case left <= 0:
		return cause.Say(refused, "the session token in %s has expired", strings.ToLower(tokenHeader))
	}
	return nil
}

// metadata answers for what is there, or with the names of what is below.
func (c *Call) metadata() (*exchange.Reply, error) {
	all := c.entries()
	path := strings.TrimSuffix(c.path, "/")
	i := slices.IndexFunc(all, func(e entry) bool { return e.path == path })
	var text string
	switch {
	case i < 0:
		if text = below(all, path); text == "" {
			return nil, c.nothingAt(path)
		}
	default:
		var err error
		if text, err = all[i].value(); err != nil {
			return nil, err
		}
	}
	reply := document(plainText, text)
	if i >= 0 && all[i].json {
		reply.Header.Set("Content-Type", "application/json")
	}
	reply.Header.Set("Server", metadataServer)
	if left, ok := c.remaining(c.Request.Header.Get(tokenHeader)); ok {
		reply.Header.Set(ttlHeader, strconv.Itoa(left))
	}
	return reply, nil
}

// nothingAt is the refusal of a path at which there is nothing.
func (c *Call) nothingAt(path string) error {
	refused := &refusal{Status: http.StatusNotFound}
	role, mine := strings.CutPrefix(strings.TrimPrefix(path, rolesPath), "/")
	caller := c.caller()
	switch {
	case caller == nil && strings.HasPrefix(path, dataPath+"iam"):
		return cause.Say(refused, "no caller of this world says from: instance: the instance has no role")
	case caller != nil && mine && strings.HasPrefix(path, rolesPath):
		return cause.Say(refused, "the instance's role is %s, not %s", caller.Role, role)
	}
	var paths []string
	for _, e := range c.entries() {
		paths = append(paths, e.path)
	}
	if near := nearest.Name(path, paths); near != "" {
		return cause.Say(refused, "the metadata has nothing at %s: %s is there", path, near)
	}
	return refused
}

// entry is something that the service tells.
type entry struct {
	path  string
	json  bool
	value func() (string, error)
}

func said(path, text string) entry {
	return entry{path, false, func() (string, error) { return text, nil }}
}

// below is the names of what lies right below a path, those of folders with a slash;
// empty: nothing does.
func below(all []entry, path string) string {
	var names []string
	for _, e := range all {
		rest, ok := strings.CutPrefix(e.path, path+"/")
		if !ok {
			continue
		}
		name, _, folder := strings.Cut(rest, "/")
		if folder {
			name += "/"
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, "\n")
}

// What the example instance of the EC2 User Guide is.
const (
	image        = "ami-0abcdef1234567890"
	instanceType = "t3.micro"
	privateIP    = "10.0.0.10"
)

// entries are all that there is (EC2 User Guide, "Instance metadata categories").
func (c *Call) entries() []entry {
	region := c.State().Region
	host := "ip-" + strings.ReplaceAll(c.address(), ".", "-") + ".ec2.internal"
	all := []entry{
		said(dataPath+"ami-id", image),
		said(dataPath+"hostname", host),
		said(dataPath+"instance-id", c.instance()),
		said(dataPath+"instance-type", instanceType),
		said(dataPath+"local-hostname", host),
		said(dataPath+"local-ipv4", c.address()),
		said(dataPath+"placement/availability-zone", region+"a"),
		said(dataPath+"placement/region", region),
		said(dataPath+"services/domain", "amazonaws.com"),
		said(dataPath+"services/partition", "aws"),
		{dynamicPath + "instance-identity/document", false, c.identity},
	}
	caller := c.caller()
	if caller == nil {
		return all
	}
	return append(all,
		entry{dataPath + "iam/info", false, c.profile},
		entry{rolesPath + "/" + caller.Role, false, func() (string, error) { return c.keys("") }},
		entry{rolesPath + extended + "/" + caller.Role, false, func() (string, error) { return c.keys(caller.Account) }},
	)
}

// isDocument says whether keys are asked for, and not just for whom there are some.
func (c *Call) isDocument() bool {
	caller := c.caller()
	return caller != nil && strings.HasSuffix(strings.TrimSuffix(c.path, "/"), "/"+caller.Role)
}

// instance is the instance's id: that of its role's sessions.
func (c *Call) instance() string {
	if caller := c.caller(); caller != nil {
		return caller.SessionName
	}
	return world.InstanceID(c.State().Name)
}

// address is the private one from which the world's requests seem to come, or else one.
func (c *Call) address() string {
	if ip, err := netip.ParseAddr(c.State().Network.SourceIP); err == nil && ip.Is4() && ip.IsPrivate() {
		return ip.String()
	}
	return privateIP
}

// instanceDocument is the keys of the instance's role.
type instanceDocument struct {
	Code, LastUpdated, Type string
	AccessKeyId             string
	SecretAccessKey, Token  string
	Expiration              string
	AccountId               string `json:",omitempty"`
}

// failedDocument is it where there are none.
type failedDocument struct{ Code, Message, LastUpdated string }

func (c *Call) keys(account string) (string, error) {
	session, err := c.hand(false)
	if err != nil {
		return "", err
	}
	return indented(instanceDocument{
		Code: "Success", LastUpdated: c.told(session.Issued), Type: "AWS-HMAC",
		AccessKeyId: session.AccessKeyID, SecretAccessKey: session.SecretAccessKey, Token: session.SessionToken,
		Expiration: c.told(session.Expires), AccountId: account,
	}), nil
}

// profile is what there is of the instance profile, which is called as its role is.
func (c *Call) profile() (string, error) {
	caller := c.caller()
	return indented(struct{ Code, LastUpdated, InstanceProfileArn, InstanceProfileId string }{
		"Success", c.told(c.Now), "arn:aws:iam::" + caller.Account + ":instance-profile/" + caller.Role,
		"AIPA" + world.Letters(17, "instance profile", caller.Account, caller.Role),
	}), nil
}

// identity is the instance identity document (EC2 User Guide).
func (c *Call) identity() (string, error) {
	account := ""
	if caller := c.caller(); caller != nil {
		account = caller.Account
	} else if len(c.State().Accounts) == 1 {
		for id := range c.State().Accounts {
			account = id
		}
	}
	region := c.State().Region
	return indented(map[string]any{
		"accountId": account, "architecture": "x86_64", "availabilityZone": region + "a", "billingProducts": nil,
		"devpayProductCodes": nil, "marketplaceProductCodes": nil, "imageId": image, "instanceId": c.instance(),
		"instanceType": instanceType, "kernelId": nil, "pendingTime": c.told(c.Now), "privateIp": c.address(),
		"ramdiskId": nil, "region": region, "version": "2017-09-30",
	}), nil
}

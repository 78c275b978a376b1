package advice

import (
	"cmp"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// way is how a request comes to have a condition key as it is wished; false: it cannot.
type way func(s *program, q *authz.Request, w wish) (journal.Change, bool)

// wayByKey is those of the keys, by their names in lower case, or by those of their families. A key
// that repeats a header needs none.
var wayByKey map[string]way

func init() {
	wayByKey = map[string]way{
		kmsKeyKey:                                 (*program).withKey,
		encryptionKey:                             (*program).encrypted,
		"s3:requestobjecttag/":                    (*program).tagged,
		"s3:requestobjecttagkeys":                 (*program).tagged,
		"s3:prefix":                               (*program).below,
		"s3:delimiter":                            parameter("delimiter"),
		"s3:max-keys":                             parameter("max-keys"),
		"s3:versionid":                            parameter("versionId"),
		"s3:existingobjecttag/":                   (*program).tagObject,
		"aws:principaltag/":                       (*program).tagRequester,
		"aws:useragent":                           header("User-Agent"),
		"aws:referer":                             header("Referer"),
		"aws:securetransport":                     (*program).overTLS,
		"s3:tlsversion":                           (*program).newerTLS,
		"aws:sourceip":                            (*program).fromAddress,
		"aws:vpcsourceip":                         (*program).fromWithin,
		"aws:sourcevpce":                          (*program).throughEndpoint,
		"aws:sourcevpc":                           (*program).outOfVPC,
		"aws:requestedregion":                     (*program).inRegion,
		"aws:currenttime":                         (*program).later,
		"aws:tokenissuetime":                      (*program).renewed,
		"aws:multifactorauthpresent":              (*program).withMFA,
		"aws:multifactorauthage":                  (*program).withMFA,
		"s3:signatureage":                         (*program).signedAnew,
		"s3:authtype":                             (*program).signedIn,
		"s3:signatureversion":                     (*program).signedWith,
		"s3:object-lock-mode":                     (*program).retained,
		"s3:object-lock-retain-until-date":        (*program).retained,
		"s3:object-lock-remaining-retention-days": (*program).retained,
		"kms:requestalias":                        (*program).byAlias,
		customerAlgorithm:                         (*program).withOwnKey,
		"sts:externalid":                          parameter("ExternalId"),
		"sts:rolesessionname":                     parameter("RoleSessionName"),
		"sts:sourceidentity":                      parameter("SourceIdentity"),
		"s3:locationconstraint":                   (*program).constrained,
	}
}

// wayOf is the way of a key; nil: no request can choose it.
func wayOf(key string) way {
	if w := wayByKey[familyOf(key)]; w != nil {
		return w
	}
	name, ok := strings.CutPrefix(strings.ToLower(key), "s3:")
	switch {
	case !ok:
	case strings.HasPrefix(name, "x-amz-"), name == "if-match", name == "if-none-match":
		return header(name)
	case strings.HasPrefix(name, "object-lock-"):
		return header("x-amz-" + name)
	}
	if strings.HasPrefix(strings.ToLower(key), contextKey) {
		return (*program).inContext
	}
	return nil
}

// header is the way of a key that repeats a header.
func header(name string) way {
	return func(s *program, _ *authz.Request, w wish) (journal.Change, bool) {
		if w.absent {
			return s.sending(name, ""), s.sent(name) != ""
		}
		c := s.sending(name, w.value)
		for _, other := range aclHeaders {
			if rivals(name, other) {
				c = s.without(c, other)
			}
		}
		return c, true
	}
}

// rivals says whether S3 does not take both headers in one request: a canned ACL and grants.
func rivals(one, other string) bool {
	const canned, grant = "x-amz-acl", "x-amz-grant-"
	return one == canned && strings.HasPrefix(other, grant) || strings.HasPrefix(one, grant) && other == canned
}

// sent is the header as it came; of a URL also as a parameter.
func (s *program) sent(name string) string {
	r := s.now.Made.HTTP
	if r == nil {
		return ""
	}
	if v := r.Header.Get(name); v != "" {
		return v
	}
	_, v := hoisted(r, name)
	return v
}

// hoisted is the parameter of a URL that stands for a header.
func hoisted(r *http.Request, name string) (parameter, value string) {
	query := r.URL.Query()
	for _, p := range sortedKeys(query) {
		if strings.EqualFold(p, name) && len(query[p]) > 0 {
			return p, query[p][0]
		}
	}
	return "", ""
}

// sending is the request with a header; empty: without it.
func (s *program) sending(name, value string) journal.Change {
	c := journal.Change{Text: s.sends(name, value), Request: &journal.Remake{}}
	if s.now.Made.HTTP != nil {
		if p, _ := hoisted(s.now.Made.HTTP, name); p != "" {
			c.Request.Query = map[string]string{p: value}
			return c
		}
	}
	c.Request.Headers = map[string]string{name: value}
	return c
}

func (s *program) sends(name, value string) string {
	before := s.sent(name)
	signed := ""
	if s.presigned() {
		signed = ", signed with the URL"
	}
	switch {
	case value == "":
		return "do not send " + shown(name)
	case before != "":
		return "send " + shown(name) + ": " + value + " in the place of " + before + signed
	}
	return "send " + shown(name) + ": " + value + signed
}

// shown is a header's name as AWS's pages have it.
func shown(name string) string {
	if strings.HasPrefix(name, "x-amz-") {
		return name
	}
	return textproto.CanonicalMIMEHeaderKey(name)
}

func (s *program) presigned() bool {
	p := s.now.Made.Presented
	return p != nil && p.Location == sigv4.Query
}

// parameter is the way of a key that repeats a parameter of the query.
func parameter(name string) way {
	return func(s *program, q *authz.Request, w wish) (journal.Change, bool) {
		if bucket, key := bucketAndKey(q.Resource); bucket != "" && key == "" && !s.lists() {
			return journal.Change{}, false // it is asked about for the sake of a mask
		}
		c := journal.Change{Request: &journal.Remake{Query: map[string]string{name: w.value}}}
		if c.Text = "ask with " + name + "=" + w.value; w.absent {
			c.Request.Query[name], c.Text = "", "ask without "+name
		}
		return c, true
	}
}

// below is a list of keys below another prefix that the one asked for is a part of, or that is a part of it: any other
// is another question.
func (s *program) below(q *authz.Request, w wish) (journal.Change, bool) {
	now, _ := q.Context.Get("s3:prefix")
	if asked := first(now); !w.absent && !strings.HasPrefix(w.value, asked) && !strings.HasPrefix(asked, w.value) {
		return journal.Change{}, false
	}
	return parameter("prefix")(s, q, w)
}

// lists says whether the request itself is one for a list, as far as its path tells.
func (s *program) lists() bool {
	r := s.now.Made.HTTP
	if r == nil || r.Method != http.MethodGet {
		return false
	}
	for i := range s.now.Decisions {
		if _, key := bucketAndKey(s.now.Decisions[i].Resource); key != "" {
			return false
		}
	}
	return true
}

// both is a request made as one says, and then as the other.
func both(a, b *journal.Remake) *journal.Remake {
	if a == nil {
		return b
	}
	c := remade(*a, b)
	return &c
}

// tagged is a request whose x-amz-tagging has the tag, or has it not.
func (s *program) tagged(_ *authz.Request, w wish) (journal.Change, bool) {
	const name = "x-amz-tagging"
	tags, err := url.ParseQuery(s.sent(name))
	if err != nil {
		return journal.Change{}, false
	}
	_, tag, ok := strings.Cut(w.key, "/")
	switch {
	case !ok && w.absent:
		return s.sending(name, ""), true
	case !ok:
		tags = url.Values{w.value: {cmp.Or(tags.Get(w.value), "true")}}
	case w.absent:
		tags.Del(tag)
	default:
		tags.Set(tag, w.value)
	}
	return s.sending(name, tags.Encode()), true
}

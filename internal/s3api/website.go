package s3api

import (
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// site is what a call at a website endpoint has (S3 User Guide, "Website endpoints").
type site struct {
	path string // the key that the URL names, before an index document is put behind it
}

// route reads what a request at a website endpoint is for. Nobody signs one, and its query
// means nothing.
func (c *Call) route() error {
	c.Bucket, c.For = c.Address.Bucket, fault.Anonymous
	key, ok := wire.Unescape(strings.TrimPrefix(c.Address.Path, "/"))
	switch {
	case !ok, !utf8.ValidString(key):
		return s3err.New(s3err.InvalidURI)
	case len(key) > wire.MaxKey:
		return wire.KeyTooLong(key)
	case !wire.CouldBeBucket(c.Bucket):
		return s3err.New(s3err.InvalidBucketName, s3err.E("BucketName", c.Bucket))
	}
	c.path, c.Key, c.ReadOnly = key, key, true
	switch c.Request.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		var err error
		c.Op, err = sought{c, onObject}.recognise()
		return err
	}
	return s3err.New(s3err.MethodNotAllowed,
		s3err.E("Method", c.Request.Method), s3err.E("ResourceType", onObject.String()))
}

// website is the configuration of the call's bucket; nil: it has none, or is not there.
func (c *Call) website() *world.Website {
	if b := c.State().Buckets[c.Bucket]; b != nil {
		return b.Website
	}
	return nil
}

// beginVisit asks for what a visitor of a website reads. What is sent elsewhere before it
// is looked for needs no permission.
func beginVisit(c *Call) (doing, []*authz.Request, error) {
	w := c.website()
	if w == nil {
		return nil, nil, s3err.New(s3err.NoSuchWebsiteConfiguration, s3err.E("BucketName", c.Bucket))
	}
	c.Key = c.path
	if to := w.RedirectAll; to != nil {
		return forwarding{http.StatusMovedPermanently, c.elsewhere(to.Protocol, to.HostName, c.path)}, c.freely(), nil
	}
	if r := w.Rule(c.path, 0); r != nil {
		return c.sendBy(r), c.freely(), nil
	}
	folder := c.path == "" || strings.HasSuffix(c.path, "/")
	if folder {
		c.Key += w.IndexDocument
	}
	read, questions := reads(c, true)
	if read.object == nil && !folder {
		if to, asked := c.intoFolder(w); to != nil {
			return to, asked, nil
		}
	}
	return visiting{read}, questions, nil
}

// freely is a question that needs no permission.
func (c *Call) freely() []*authz.Request {
	q := c.ownQuestion()
	q.Free = true
	return []*authz.Request{q}
}

// intoFolder sends a visitor of a key without an object to the index document below it,
// if there is one that he may read [unsure of the permission]; nil: there is none.
func (c *Call) intoFolder(w *world.Website) (doing, []*authz.Request) {
	key := c.path + "/" + w.IndexDocument
	o := c.latest(c.Bucket, key)
	if o == nil || o.Marker {
		return nil, nil
	}
	q := c.objectQuestion(c.Op.action, c.keyARN(key), o)
	if !permits(q) {
		return nil, nil
	}
	return forwarding{http.StatusFound, "/" + escapedKey(c.path) + "/"}, []*authz.Request{q}
}

// forwarding sends a visitor elsewhere.
type forwarding struct {
	status int
	to     string
}

func (s forwarding) serve(*Call) (*Reply, error) { return s.reply(), nil }

func (s forwarding) reply() *Reply {
	return &Reply{Status: s.status, Header: http.Header{"Location": {s.to}}}
}

// sendBy sends a visitor where a routing rule says.
func (c *Call) sendBy(r *world.RoutingRule) forwarding {
	return forwarding{r.Redirect.Status(), c.elsewhere(r.Redirect.Protocol, r.Redirect.HostName, r.Key(c.path))}
}

// elsewhere is the URL of a key; an empty scheme or host is that of the request.
func (c *Call) elsewhere(scheme, host, key string) string {
	if scheme == "" {
		scheme = "http"
		if c.Secure() {
			scheme = "https"
		}
	}
	if host == "" {
		host = c.Request.Host
	}
	return scheme + "://" + host + "/" + escapedKey(key)
}

// escapedKey is a key in the path of a URL.
func escapedKey(key string) string { return (&url.URL{Path: key}).EscapedPath() }

// visiting is one attempt to read a page.
type visiting struct{ reading }

func (v visiting) serve(c *Call) (*Reply, error) {
	o, err := v.opened(c)
	if err != nil {
		return nil, err
	}
	if to := o.Headers[wire.WebsiteRedirect]; len(to) > 0 {
		return forwarding{http.StatusMovedPermanently, to[0]}.reply(), nil
	}
	if err := wire.Archived(o, c.Now); err != nil {
		return nil, err
	}
	return v.reply(c, o)
}

// show makes a reply that refuses a page for people: a redirect that a rule has for the
// status, the website's error document, or a page of S3's own (s3-errors.md 2.8).
func (c *Call) show(reply *Reply, refused *s3err.Error) {
	status := strconv.Itoa(reply.Status)
	reply.Header.Set("x-amz-error-code", refused.Code.String())
	reply.Header.Set("x-amz-error-message", strings.Map(printable, refused.Message))
	var more []pageLine
	if w := c.errorSite(); w != nil {
		if r := w.Rule(c.path, reply.Status); r != nil {
			to := c.sendBy(r)
			reply.Status, reply.Reason = to.status, ""
			reply.Header = http.Header{"Location": {to.to}}
			reply.Length = 0
			return
		}
		if w.ErrorDocument != "" && reply.Status < http.StatusInternalServerError {
			if more = c.errorDocument(reply, w.ErrorDocument); more == nil {
				return
			}
		}
	}
	all := []pageLine{{"Code", refused.Code.String()}, {"Message", refused.Message}}
	for _, x := range refused.Extras {
		all = append(all, pageLine{x.Key, x.Value})
	}
	all = append(all, pageLine{"RequestId", c.RequestID}, pageLine{"HostId", c.HostID})
	page := page(status+" "+http.StatusText(reply.Status), all, more)
	reply.Header.Set("Content-Type", "text/html; charset=utf-8")
	reply.Body, reply.Length = exchange.Text([]byte(page)), int64(len(page))
}

// errorSite is the website that has something to say of an error; nil: none has.
func (c *Call) errorSite() *world.Website {
	if c.Moment == nil || c.Op == nil || c.Op.unsigned || c.wrongRegion != nil {
		return nil
	}
	if w := c.website(); w != nil && w.RedirectAll == nil {
		return w
	}
	return nil
}

// printable keeps out of a header what it cannot have.
func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return '?'
	}
	return r
}

// errorDocument puts the website's error document into a reply. Why it cannot: a list
// for S3's own page; nil: it did.
func (c *Call) errorDocument(reply *Reply, key string) []pageLine {
	o := c.latest(c.Bucket, key)
	if o != nil && o.Marker {
		o = nil
	}
	gone := o == nil && permits(c.maskedQuestionOn(c.bucketARN(), key, listObjects))
	switch {
	case gone:
		e := s3err.New(s3err.NoSuchKey)
		return []pageLine{{"Code", e.Code.String()}, {"Message", e.Message}, {"Key", key}}
	case o == nil || o.Encryption.ByKMS() || !permits(c.objectQuestion(c.Op.action, c.keyARN(key), o)):
		e := s3err.New(s3err.AccessDenied)
		return []pageLine{{"Code", e.Code.String()}, {"Message", e.Message}}
	}
	if err := c.unshowable(o); err != nil {
		e := s3err.Of(err)
		return []pageLine{{"Code", e.Code.String()}, {"Message", e.Message}}
	}
	body, err := c.Moment.Index.Open(c.Request.Context(), o, 0, o.Size)
	if err != nil {
		e := s3err.New(s3err.InternalError)
		return []pageLine{{"Code", e.Code.String()}, {"Message", e.Message}}
	}
	wire.Describe(reply.Set, o)
	reply.Body, reply.Length = body, o.Size
	return nil
}

// unshowable refuses an error document that nobody can read at a website: a customer's key
// is for the object that the visitor asks for, and not for this one [unsure].
func (c *Call) unshowable(o *store.Object) error {
	if o.Encryption.CustomerKeyMD5 != "" {
		return customerKeyMissing()
	}
	return wire.Archived(o, c.Now)
}

// pageLine is one line of a page.
type pageLine struct{ name, value string }

// page is the HTML of an error, with what kept the website's error document from being
// shown; nil: it has none.
func page(title string, all, more []pageLine) string {
	var b strings.Builder
	b.WriteString("<html>\n<head><title>" + title + "</title></head>\n<body>\n<h1>" + title + "</h1>\n")
	list(&b, all)
	if more != nil {
		b.WriteString("<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n")
		list(&b, more)
	}
	b.WriteString("<hr/>\n</body>\n</html>\n")
	return b.String()
}

func list(b *strings.Builder, all []pageLine) {
	b.WriteString("<ul>\n")
	for _, l := range all {
		b.WriteString("<li>" + l.name + ": " + html.EscapeString(l.value) + "</li>\n")
	}
	b.WriteString("</ul>\n")
}

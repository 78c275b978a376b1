package play

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/s3api"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/scenarios"
	"github.com/s3fault/s3fault/sigv4"
)

// shapes are how requests for the operations look.
var shapes = s3api.Shapes()

// defaultExpires is the validity of a presigned URL that names none, as the AWS
// CLI has it.
const defaultExpires = time.Hour

// request builds the call as a client would send it, signed.
func (p *Player) request(ctx context.Context, c scenarios.Call) (*http.Request, error) {
	if service, action, ok := c.Control(); ok {
		return p.queryRequest(ctx, c, service, action)
	}
	shape, ok := shapes[c.Call]
	if !ok {
		return nil, fmt.Errorf("there is no call %q", c.Call)
	}
	r, err := http.NewRequestWithContext(ctx, shape.Method, p.target(shape, c), strings.NewReader(c.Body))
	if err != nil {
		return nil, err
	}
	for name, value := range c.Headers {
		r.Header.Set(name, value)
	}
	// net/http sends its own Host, and none of the headers.
	r.Host = cmp.Or(r.Header.Get("Host"), r.Host)
	return r, p.sign(r, c, "s3", p.Region)
}

// pathName is what stands in a path for a bucket: its name or, of an access point that is named
// by its ARN, the alias. SDKs put the access point into the host name, which a path does for.
func pathName(bucket string) string {
	if world.IsAccessPointARN(bucket) {
		return world.AliasOf(bucket)
	}
	return bucket
}

// target is the URL of a call of S3.
func (p *Player) target(shape s3api.Shape, c scenarios.Call) string {
	target := p.Endpoint + "/"
	if shape.Bucket {
		target += escape(pathName(c.Bucket))
	}
	if shape.Key || shape.MayHaveKey && c.Key != "" {
		target += "/" + escape(c.Key)
	}
	query := url.Values{}
	if shape.Parameter != "" {
		query.Set(shape.Parameter, shape.Value)
	}
	if shape.With != "" {
		query.Set(shape.With, "")
	}
	if c.VersionID != "" {
		query.Set("versionId", c.VersionID)
	}
	for name, value := range c.Query {
		query.Set(name, value)
	}
	if len(query) == 0 {
		return target
	}
	return target + "?" + strings.ReplaceAll(query.Encode(), "+", "%20")
}

// controlRegion is that which clients of IAM sign for, wherever they are.
const controlRegion = "us-east-1"

// queryRequest builds a call of a Query service.
func (p *Player) queryRequest(ctx context.Context, c scenarios.Call, service scenarios.QueryService,
	action string) (*http.Request, error) {
	form := url.Values{"Action": {action}, "Version": {service.Version}}
	for name, value := range c.Query {
		form.Set(name, value)
	}
	c.Body = form.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.Endpoint+"/", strings.NewReader(c.Body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r, p.sign(r, c, service.Name, controlRegion)
}

// filled is the call with what calls above it have saved in the place of {name}.
func (r *run) filled(c scenarios.Call) scenarios.Call {
	if len(r.saved) == 0 {
		return c
	}
	var pairs []string
	for name, value := range r.saved {
		pairs = append(pairs, "{"+name+"}", value)
	}
	fill := strings.NewReplacer(pairs...).Replace
	c.Headers, c.Query, c.Body = filledAll(c.Headers, fill), filledAll(c.Query, fill), fill(c.Body)
	if c.Sign != nil {
		sign := *c.Sign
		sign.AccessKey, sign.Secret = fill(sign.AccessKey), fill(sign.Secret)
		c.Sign = &sign
	}
	return c
}

func filledAll(texts map[string]string, fill func(string) string) map[string]string {
	all := make(map[string]string, len(texts))
	for name, text := range texts {
		all[name] = fill(text)
	}
	return all
}

// escape encodes a name for a path as the SDKs do: slashes stay.
func escape(name string) string {
	segments := strings.Split(name, "/")
	for i, s := range segments {
		segments[i] = strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
	}
	return strings.Join(segments, "/")
}

func (p *Player) sign(r *http.Request, c scenarios.Call, service, region string) error {
	if c.As == scenarios.Anonymous {
		return nil
	}
	who, ok := p.Callers[c.As]
	if !ok {
		return fmt.Errorf("there is no caller %q", c.As)
	}
	if c.Presign != nil {
		p.presign(r, who, *c.Presign)
		return nil
	}
	how := scenarios.Signing{}
	if c.Sign != nil {
		how = *c.Sign
	}
	who.SecretAccessKey = cmp.Or(how.Secret, who.SecretAccessKey)
	who.AccessKeyID = cmp.Or(how.AccessKey, who.AccessKeyID)
	scope := sigv4.Scope{Region: cmp.Or(how.Region, region), Service: service}
	sigv4.Sign(r, who, scope, sigv4.HashPayload([]byte(c.Body)), p.now().Add(-how.Age))
	if how.DropHeader != "" {
		r.Header.Del(how.DropHeader)
	}
	return nil
}

func (p *Player) presign(r *http.Request, who sigv4.Credentials, how scenarios.Presigning) {
	sent := r.Method
	if how.Method != "" {
		r.Method = how.Method
	}
	if how.Expires == 0 {
		how.Expires = defaultExpires
	}
	if how.Region == "" {
		how.Region = p.Region
	}
	made := p.now().Add(-how.Age)
	if how.SigV2 {
		resource := strings.TrimPrefix(r.URL.EscapedPath(), p.prefix())
		sigv4.PresignV2(r, who, resource, made.Add(how.Expires))
	} else {
		sigv4.Presign(r, who, sigv4.Scope{Region: how.Region, Service: "s3"}, how.Expires, made)
	}
	r.Method = sent
}

// prefix is the /~NAME of the endpoint, which is no part of SigV2's resource.
func (p *Player) prefix() string {
	u, err := url.Parse(p.Endpoint)
	if err != nil {
		return ""
	}
	return u.EscapedPath()
}

package configuration

import (
	"encoding/xml"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

type websiteXML struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ WebsiteConfiguration"`
	websiteBody
}

type websiteBody struct {
	RedirectAllRequestsTo *redirectAllXML
	IndexDocument         *indexXML
	ErrorDocument         *errorXML
	RoutingRules          *routingRulesXML
}

type redirectAllXML struct {
	HostName *string
	Protocol string `xml:",omitempty"`
}

type indexXML struct{ Suffix string }

type errorXML struct{ Key string }

type routingRulesXML struct {
	Rules []routingRuleXML `xml:"RoutingRule"`
}

type routingRuleXML struct {
	Condition *conditionXML
	Redirect  *redirectXML
}

type conditionXML struct {
	HTTPErrorCodeReturnedEquals int `xml:"HttpErrorCodeReturnedEquals,omitempty"`
	KeyPrefixEquals             *string
}

type redirectXML struct {
	Protocol             string `xml:",omitempty"`
	HostName             string `xml:",omitempty"`
	ReplaceKeyPrefixWith *string
	ReplaceKeyWith       *string
	HTTPRedirectCode     int `xml:"HttpRedirectCode,omitempty"`
}

// Website is how a bucket is served at its website endpoint (S3 API Reference,
// "PutBucketWebsite").
var Website = Kind[world.Website]{
	Of:    func(b *world.Bucket) **world.Website { return &b.Website },
	Read:  readWebsite,
	Write: writeWebsite,
	None:  s3err.NoSuchWebsiteConfiguration,
	// (S3 API Reference, "PutBucketWebsite")
	Longest: 128 << 10,
}

func readWebsite(text []byte) (*world.Website, error) {
	body, err := read[websiteBody]("WebsiteConfiguration", text)
	if err != nil {
		return nil, err
	}
	w := &world.Website{}
	if to := body.RedirectAllRequestsTo; to != nil {
		if to.HostName == nil {
			return nil, s3err.New(s3err.MalformedXML)
		}
		w.RedirectAll = &world.RedirectAll{HostName: *to.HostName, Protocol: to.Protocol}
	}
	if body.IndexDocument != nil {
		if w.IndexDocument = body.IndexDocument.Suffix; w.IndexDocument == "" && w.RedirectAll == nil {
			return nil, refused(world.BadIndexDocument(""))
		}
	}
	if body.ErrorDocument != nil {
		if w.ErrorDocument = body.ErrorDocument.Key; w.ErrorDocument == "" {
			return nil, s3err.New(s3err.MalformedXML)
		}
	}
	if body.RoutingRules != nil {
		if w.RoutingRules, err = body.RoutingRules.rules(); err != nil {
			return nil, err
		}
	}
	return w, refused(w.Flaw())
}

func (x *routingRulesXML) rules() ([]world.RoutingRule, error) {
	all := make([]world.RoutingRule, len(x.Rules))
	for i, r := range x.Rules {
		if r.Redirect == nil {
			return nil, s3err.New(s3err.MalformedXML)
		}
		all[i].Redirect = r.Redirect.plain()
		if c := r.Condition; c != nil {
			all[i].Condition = &world.RoutingCondition{
				KeyPrefixEquals: c.KeyPrefixEquals, HTTPErrorCodeReturnedEquals: c.HTTPErrorCodeReturnedEquals,
			}
		}
	}
	return all, nil
}

func (x *redirectXML) plain() world.Redirect {
	return world.Redirect{
		HostName: x.HostName, Protocol: x.Protocol, ReplaceKeyPrefixWith: x.ReplaceKeyPrefixWith,
		ReplaceKeyWith: x.ReplaceKeyWith, HTTPRedirectCode: x.HTTPRedirectCode,
	}
}

func writeWebsite(w *world.Website) any {
	var document websiteXML
	if to := w.RedirectAll; to != nil {
		document.RedirectAllRequestsTo = &redirectAllXML{&to.HostName, to.Protocol}
	}
	if w.IndexDocument != "" {
		document.IndexDocument = &indexXML{w.IndexDocument}
	}
	if w.ErrorDocument != "" {
		document.ErrorDocument = &errorXML{w.ErrorDocument}
	}
	if w.RoutingRules != nil {
		document.RoutingRules = &routingRulesXML{}
	}
	for i := range w.RoutingRules {
		document.RoutingRules.Rules = append(document.RoutingRules.Rules, routingXML(&w.RoutingRules[i]))
	}
	return document
}

func routingXML(r *world.RoutingRule) routingRuleXML {
	to := &r.Redirect
	x := routingRuleXML{Redirect: &redirectXML{
		HostName: to.HostName, Protocol: to.Protocol, ReplaceKeyPrefixWith: to.ReplaceKeyPrefixWith,
		ReplaceKeyWith: to.ReplaceKeyWith, HTTPRedirectCode: to.HTTPRedirectCode,
	}}
	if c := r.Condition; c != nil {
		x.Condition = &conditionXML{
			HTTPErrorCodeReturnedEquals: c.HTTPErrorCodeReturnedEquals, KeyPrefixEquals: c.KeyPrefixEquals,
		}
	}
	return x
}

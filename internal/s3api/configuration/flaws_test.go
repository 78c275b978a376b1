package configuration

import (
	"encoding/xml"
	"reflect"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/s3err"
)

// A rule of a CORS configuration has these elements besides.
func corsOf(elements string) string {
	return "<CORSConfiguration><CORSRule>" + elements + "</CORSRule></CORSConfiguration>"
}

func websiteOf(elements string) string {
	return "<WebsiteConfiguration>" + elements + "</WebsiteConfiguration>"
}

const (
	anyOrigin = "<AllowedOrigin>*</AllowedOrigin>"
	toGet     = "<AllowedMethod>GET</AllowedMethod>"
	indexed   = "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>"
)

func routed(rule string) string {
	return websiteOf(indexed + "<RoutingRules><RoutingRule>" + rule + "</RoutingRule></RoutingRules>")
}

// What no bucket can have is refused in S3's words (s3-errors.md 2.7 and 2.8).
func TestFlaws(t *testing.T) {
	const malformed = "MalformedXML: The XML you provided was not well-formed or did not validate against our published schema"
	for _, row := range []struct{ text, want string }{
		{corsOf(anyOrigin + toGet), ""},
		{corsOf("<AllowedOrigin></AllowedOrigin>" + toGet), ""},
		{"<CORSConfiguration/>", malformed}, {corsOf(""), malformed}, {corsOf(toGet), malformed}, {corsOf(anyOrigin), malformed},
		{corsOf(anyOrigin + toGet + "<MaxAgeSeconds>soon</MaxAgeSeconds>"), malformed},
		{corsOf(anyOrigin + toGet + "<MaxAgeSeconds>99999999999</MaxAgeSeconds>"), malformed},
		{corsOf(anyOrigin + toGet + "<MaxAgeSeconds>+1</MaxAgeSeconds>"), malformed},
		{corsOf(anyOrigin + toGet + "<MaxAgeSeconds></MaxAgeSeconds>"), malformed},
		{corsOf(anyOrigin + toGet + "<MaxAgeSeconds> 1 </MaxAgeSeconds>"), ""},
		{corsOf(anyOrigin + toGet + "<MaxAgeSeconds>-1</MaxAgeSeconds>"), malformed},
		{corsOf(anyOrigin + toGet + "<ID>" + strings.Repeat("x", 256) + "</ID>"), malformed},
		{corsOf(anyOrigin + "<AllowedMethod>MYMETHOD</AllowedMethod>"), "InvalidRequest: Found unsupported HTTP method in CORS config. Unsupported method is MYMETHOD"},
		{corsOf(anyOrigin + "<AllowedMethod></AllowedMethod>"), "InvalidRequest: Found unsupported HTTP method in CORS config. Unsupported method is "},
		{corsOf(anyOrigin + "<AllowedMethod>OPTIONS</AllowedMethod>"), "InvalidRequest: Found unsupported HTTP method in CORS config. Unsupported method is OPTIONS"},
		{corsOf("<AllowedOrigin>*example*.com</AllowedOrigin>" + toGet), `InvalidRequest: AllowedOrigin "*example*.com" can not have more than one wildcard.`},
		{corsOf(anyOrigin + toGet + "<AllowedHeader>x-*-*</AllowedHeader>"), `InvalidRequest: AllowedHeader "x-*-*" can not have more than one wildcard.`},
		{corsOf(anyOrigin + toGet + "<ExposeHeader>*</ExposeHeader>"), `InvalidRequest: ExposeHeader "*" contains wildcard. We currently do not support wildcard for ExposeHeader.`},
		{"<CORSConfiguration>" + strings.Repeat("<CORSRule>"+anyOrigin+toGet+"</CORSRule>", 100) + "</CORSConfiguration>", ""},
		{"<CORSConfiguration>" + strings.Repeat("<CORSRule>"+anyOrigin+toGet+"</CORSRule>", 101) + "</CORSConfiguration>", "InvalidRequest: The number of CORS rules should not exceed allowed limit of 100 rules."},

		{websiteOf(indexed), ""},
		{websiteOf(""), "InvalidArgument: A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty"},
		{websiteOf("<IndexDocument><Suffix></Suffix></IndexDocument>"), "InvalidArgument: The IndexDocument Suffix is not well formed"},
		{websiteOf("<IndexDocument><Suffix>a/b</Suffix></IndexDocument>"), "InvalidArgument: The IndexDocument Suffix is not well formed"},
		{websiteOf("<RedirectAllRequestsTo><HostName>e.example</HostName></RedirectAllRequestsTo>"), ""},
		{websiteOf("<RedirectAllRequestsTo/>"), malformed},
		{websiteOf("<RedirectAllRequestsTo><HostName></HostName></RedirectAllRequestsTo>"), `InvalidRequest: A host name must be provided to redirect all requests (e.g. "example.com").`},
		{websiteOf("<RedirectAllRequestsTo><HostName>e</HostName><Protocol>ftp</Protocol></RedirectAllRequestsTo>"), "InvalidRequest: Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically."},
		{websiteOf(indexed + "<RedirectAllRequestsTo><HostName>e</HostName></RedirectAllRequestsTo>"), "InvalidArgument: RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules."},
		{websiteOf(indexed + "<ErrorDocument/>"), malformed},
		{websiteOf(indexed + "<RoutingRules/>"), malformed},
		{routed(""), malformed},
		{routed("<Redirect><HostName>e</HostName></Redirect>"), ""},
		{routed("<Condition/><Redirect><HostName>e</HostName></Redirect>"), "InvalidRequest: Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present."},
		{routed("<Condition><KeyPrefixEquals/></Condition><Redirect><HostName>e</HostName></Redirect>"), ""},
		{routed("<Condition><HttpErrorCodeReturnedEquals>302</HttpErrorCodeReturnedEquals></Condition><Redirect/>"), "InvalidRequest: The provided HTTP error code (302) is not valid. Valid codes are 4XX or 5XX."},
		{routed("<Redirect><HttpRedirectCode>300</HttpRedirectCode></Redirect>"), "InvalidRequest: The provided HTTP redirect code (300) is not valid. Valid codes are 3XX except 300."},
		{routed("<Redirect><ReplaceKeyWith>a</ReplaceKeyWith><ReplaceKeyPrefixWith>b</ReplaceKeyPrefixWith></Redirect>"), "InvalidRequest: You can only define ReplaceKeyPrefix or ReplaceKey but not both."},
		{websiteOf(indexed + "<RoutingRules>" + strings.Repeat("<RoutingRule><Redirect/></RoutingRule>", 51) + "</RoutingRules>"), "InvalidRequest: 51 routing rules provided, the number of routing rules in a website configuration is limited to 50."},
	} {
		var err error
		if strings.HasPrefix(row.text, "<CORS") {
			_, err = CORS.Read([]byte(row.text))
		} else {
			_, err = Website.Read([]byte(row.text))
		}
		got := ""
		if err != nil {
			got = s3err.Of(err).Error()
		}
		if got != row.want {
			t.Errorf("%.200s: %s, want %s", row.text, got, row.want)
		}
	}
}

// What is read is written so that it is read to the same.
func FuzzReadAgain(f *testing.F) {
	for _, text := range []string{
		corsOf(anyOrigin + toGet + "<ID>a</ID><MaxAgeSeconds>0</MaxAgeSeconds><ExposeHeader>ETag</ExposeHeader>"), websiteOf(indexed),
		routed("<Condition><KeyPrefixEquals/></Condition><Redirect><ReplaceKeyWith/><HttpRedirectCode>302</HttpRedirectCode></Redirect>"),
		websiteOf("<RedirectAllRequestsTo><HostName>e</HostName></RedirectAllRequestsTo>"), "<CORSConfiguration/>", "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		readAgain(t, &CORS, text)
		readAgain(t, &Website, text)
	})
}

func readAgain[V any](t *testing.T, k *Kind[V], text string) {
	t.Helper()
	v, err := k.Read([]byte(text))
	if err != nil {
		return
	}
	written, err := xml.Marshal(k.Write(v))
	if err != nil {
		t.Fatal(err)
	}
	again, err := k.Read(written)
	if err != nil || !reflect.DeepEqual(v, again) {
		t.Errorf("%q was written as %q and read as %+v (%v)", text, written, again, err)
	}
}

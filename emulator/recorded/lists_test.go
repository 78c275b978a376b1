package recorded

import (
	"fmt"
	"net/url"
	"testing"
)

func TestLists(t *testing.T) {
	run(t, []row{
		{"aws 11", "an empty encoding-type", func(p *play) {
			for _, list := range []string{"?", "?list-type=2&", "?versions&", "?uploads&"} {
				for _, value := range []string{"", "base64"} {
					p.do("GET", "/my-bucket"+list+"encoding-type="+value).
						want(400, "InvalidArgument", "Invalid Encoding Method specified in Request").
						has("<ArgumentName>encoding-type</ArgumentName><ArgumentValue>" + value + "</ArgumentValue>")
				}
				p.do("GET", "/my-bucket"+list+"encoding-type=url").want(200)
			}
		}},
		{"aws 17", "a token outweighs start-after, which is not told", func(p *play) {
			for i := range 3 {
				p.do("PUT", fmt.Sprintf("/my-bucket/k%d", i), text("x")).want(200)
			}
			first := p.do("GET", "/my-bucket?list-type=2&max-keys=1&start-after=a").want(200).has("<StartAfter>a</StartAfter>")
			token := url.QueryEscape(first.element("NextContinuationToken"))
			p.do("GET", "/my-bucket?list-type=2&start-after=a&continuation-token="+token).want(200).
				has("<Key>k1</Key>").lacks("StartAfter", "<Key>k0</Key>")
		}},
		{"aws 3", "the initiator keeps a name that the owner has lost", func(p *play) {
			id := p.do("POST", "/my-bucket/k?uploads=").want(200).element("UploadId")
			named := "<Initiator><ID>arn:aws:iam::123456789012:user/app</ID><DisplayName>app</DisplayName></Initiator>"
			p.do("GET", "/my-bucket/k?uploadId="+id).want(200).has(named)
			p.do("GET", "/my-bucket?uploads").want(200).has(named).lacks("</ID><DisplayName>main")
		}},
		{"versitygw", "upload-id-marker", func(p *play) {
			ids := map[string]string{}
			for _, key := range []string{"a", "b", "c"} {
				ids[key] = p.do("POST", "/my-bucket/"+key+"?uploads=").want(200).element("UploadId")
			}
			refused := func(query string) {
				p.do("GET", "/my-bucket?uploads&"+query).want(400, "InvalidArgument", "Invalid uploadId marker").
					has("<ArgumentName>upload-id-marker<")
			}
			refused("key-marker=b&upload-id-marker=nonsense")
			refused("key-marker=b&upload-id-marker=" + ids["a"])
			p.do("GET", "/my-bucket?uploads&key-marker=b&upload-id-marker="+ids["b"]).want(200).has("<Key>c<").lacks("<Key>b<")
			p.do("GET", "/my-bucket?uploads&upload-id-marker=nonsense").want(200).has("<Key>a<", "<Key>b<", "<Key>c<")
			p.do("GET", "/my-bucket?uploads&upload-id-marker="+ids["b"]).want(200).has("<Key>a<", "<Key>b<", "<Key>c<")
		}},
		{"aws 11", "version-id-marker", func(p *play) {
			version := p.do("PUT", "/versions/k", text("x")).want(200).header.Get("x-amz-version-id")
			refused := func(query, message string) {
				p.do("GET", "/versions?versions&"+query).want(400, "InvalidArgument", message).
					has("<ArgumentName>version-id-marker<")
			}
			refused("version-id-marker=", "A version-id marker cannot be empty.")
			refused("key-marker=k&version-id-marker=", "A version-id marker cannot be empty.")
			refused("version-id-marker="+version, "A version-id marker cannot be specified without a key marker.")
			refused("key-marker=k&version-id-marker=nonsense", "Invalid version id specified")
			p.do("GET", "/versions?versions&key-marker=k&version-id-marker="+version).want(200).lacks("<Key>")
		}},
		{"s3-tests", "404 or 403 is asked with the key as s3:prefix", func(p *play) {
			for _, method := range []string{"GET", "HEAD"} {
				p.do(method, "/my-bucket/public/x", as("lister")).want(404, map[string]string{"GET": "NoSuchKey"}[method])
				p.do(method, "/my-bucket/other/x", as("lister")).want(403, map[string]string{"GET": "AccessDenied"}[method])
				p.do(method, "/my-bucket/public/x", as("sealed")).want(403, map[string]string{"GET": "AccessDenied"}[method])
			}
			p.do("PUT", "/my-bucket/copy", as("app"), header("x-amz-copy-source", "my-bucket/public/x")).want(404, "NoSuchKey")
		}},
	})
}

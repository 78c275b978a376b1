package clients

import (
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
)

// webWorld has a pod, whose token is exchanged for a session of an hour.
const webWorld = `version: 1
scenarios:
  pod:
    title: A pod
    accounts:
      123456789012:
        oidc_providers: {"https://oidc.example.com/id/EXAMPLE": {audiences: [sts.amazonaws.com]}}
        roles:
          pod:
            policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}
            trust: &trust
              Version: 2012-10-17
              Statement:
                - Effect: Allow
                  Principal: {Federated: "arn:aws:iam::123456789012:oidc-provider/oidc.example.com/id/EXAMPLE"}
                  Action: "sts:AssumeRoleWithWebIdentity"
                  Condition: {StringEquals: {"oidc.example.com/id/EXAMPLE:sub": "system:serviceaccount:default:app"}}
          closed: {trust: *trust}
    callers:
      pod: {role: pod, from: web-identity, web_identity: {provider: "https://oidc.example.com/id/EXAMPLE", subject: "system:serviceaccount:default:app"}}
      other: {role: closed, from: web-identity, web_identity: {provider: "https://oidc.example.com/id/EXAMPLE", subject: "system:serviceaccount:default:other"}}
    buckets: {my-bucket: {objects: {file.txt: {body: hello}}}}
`

// Programs without keys exchange their token, are told that their session has ended, exchange
// the next token, and meet a trust policy that names another subject.
func TestWebIdentityPrograms(t *testing.T) {
	programs.Need(t, "node")
	for _, k := range keylessClients(t) {
		if strings.HasPrefix(k.name, "boto3 1.26") {
			t.Logf("%s asks the real STS, whatever AWS_ENDPOINT_URL says", k.name)
			continue
		}
		t.Run(k.name, func(t *testing.T) {
			srv := emulatortest.Start(t, "pod", emulatortest.YAML(webWorld))
			p := k.run(t, srv, "pod")
			p.wants("get")
			srv.Advance(61 * time.Minute)
			if a := p.do("get"); a.Text != "ExpiredToken" {
				t.Errorf("after its session: %+v", a)
			}
			if a := p.do("fresh"); a.OK {
				t.Errorf("with a token that has ended: %+v", a)
			}
			srv.Env("pod") // writes the next token into the same file
			p.wants("fresh")
			if a := k.run(t, srv, "other").do("get"); a.OK {
				t.Errorf("the other service account: %+v", a)
			}
			refused := srv.Requests()[len(srv.Requests())-1]
			if refused.Operation != "AssumeRoleWithWebIdentity" || refused.Status != 403 || refused.Denied() == nil {
				t.Errorf("the journal has %s %d %s", refused.Operation, refused.Status, refused.Code)
			}
		})
	}
}

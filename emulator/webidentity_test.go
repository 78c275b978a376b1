package emulator_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

const (
	bearerIssuer   = "https://oidc.example.com/id/EXAMPLE"
	bearerProvider = "arn:aws:iam::123456789012:oidc-provider/oidc.example.com/id/EXAMPLE"
)

// bearerYAML has a role for one subject of a provider.
const bearerYAML = `
version: 1
scenarios:
  bearer:
    title: A role for a pod
    accounts:
      123456789012:
        oidc_providers: {"https://oidc.example.com/id/EXAMPLE": {audiences: [sts.amazonaws.com]}}
        roles:
          pod:
            trust:
              Version: 2012-10-17
              Statement:
                - Effect: Allow
                  Principal: {Federated: "arn:aws:iam::123456789012:oidc-provider/oidc.example.com/id/EXAMPLE"}
                  Action: "sts:AssumeRoleWithWebIdentity"
                  Condition: {StringEquals: {"oidc.example.com/id/EXAMPLE:sub": me}}
      999988887777: {roles: {pod: {}}}
    callers:
      admin: {root: true, account: 123456789012}
      pod:
        role: pod
        account: 123456789012
        web_identity: {provider: "https://oidc.example.com/id/EXAMPLE", subject: me}
`

// exchangedFor asks for a session of the role pod of an account, with a token.
func exchangedFor(t *testing.T, srv *emulatortest.Server, account, token string) *answer {
	t.Helper()
	form := url.Values{
		"Action": {"AssumeRoleWithWebIdentity"}, "Version": {"2011-06-15"}, "RoleSessionName": {"one"},
		"RoleArn": {"arn:aws:iam::" + account + ":role/pod"}, "WebIdentityToken": {token},
	}
	r := request(t, srv, "POST", "/", []byte(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return do(t, r)
}

// headed is a token with another header.
func headed(token, header string) string {
	_, rest, _ := strings.Cut(token, ".")
	return base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + rest
}

// claiming is a token with other claims, under the signature that it has.
func claiming(token, claims string) string {
	parts := strings.Split(token, ".")
	return parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + "." + parts[2]
}

// seconds are a time of this century.
var seconds = regexp.MustCompile(`\b\d{10}\b`)

// STS says what is wrong with a token, in its own words (web-identity.md W1 to W6), and who
// is not proved is nobody: not in the journal, and not in CloudTrail.
func TestTokensThatAreNoGood(t *testing.T) {
	const (
		invalid = "InvalidIdentityToken"
		noJWT   = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
		noKey   = "Couldn't retrieve verification key from your identity provider,  " +
			"please reference AssumeRoleWithWebIdentity documentation for requirements"
	)
	srv := emulatortest.Start(t, "bearer", emulatortest.YAML(bearerYAML))
	good := srv.Token(emulator.NewToken{Caller: "pod"})
	for name, row := range map[string]struct {
		token, account string
		status         int
		code, message  string
		proved         bool
	}{
		"wrong audience": {srv.Token(emulator.NewToken{Caller: "pod", Audience: []string{"other"}}), ownerAccount,
			400, invalid, "Incorrect token audience", false},
		"no provider": {good, guestAccount, 400, invalid,
			"No OpenIDConnect provider found in your account for " + bearerIssuer, false},
		"ended": {srv.Token(emulator.NewToken{Caller: "pod", TTL: -time.Hour}), ownerAccount, 400, "ExpiredTokenException",
			"Token expired: current date/time N must be before the expiration date/time N", true},
		"no JWT":    {"what", ownerAccount, 400, invalid, noJWT, false},
		"alg none":  {headed(good, `{"alg":"none"}`), ownerAccount, 400, invalid, noKey, false},
		"alg HS256": {headed(good, `{"alg":"HS256"}`), ownerAccount, 400, invalid, noKey, false},
		"wrong kid": {headed(good, `{"alg":"RS256","kid":"other"}`), ownerAccount, 400, invalid, noKey, false},
		"crit":      {headed(good, `{"alg":"RS256","crit":["exp"]}`), ownerAccount, 400, invalid, noJWT, false},
		"forged": {claiming(good, `{"iss":"`+bearerIssuer+`","sub":"root","aud":"sts.amazonaws.com","iat":1,`+
			`"exp":9999999999}`), ownerAccount, 400, invalid, noKey, false},
		"another subject": {srv.Token(emulator.NewToken{Caller: "pod", Subject: "you"}), ownerAccount, 403, "AccessDenied",
			"Not authorized to perform sts:AssumeRoleWithWebIdentity", true},
	} {
		t.Run(name, func(t *testing.T) {
			got := exchangedFor(t, srv, row.account, row.token)
			var said struct {
				Error struct{ Code, Message string }
			}
			if err := xml.Unmarshal(got.body, &said); err != nil {
				t.Fatalf("%v in %s", err, got.body)
			}
			message := seconds.ReplaceAllString(said.Error.Message, "N")
			if got.status != row.status || said.Error.Code != row.code || message != row.message {
				t.Errorf("got %d %s", got.status, got.body)
			}
			all := srv.Requests()
			if who := all[len(all)-1].Principal; strings.HasPrefix(who, bearerProvider) != row.proved {
				t.Errorf("the journal has the principal %q", who)
			}
		})
	}
	for _, record := range bearerRecords(t, srv) {
		if who := record.UserIdentity.UserName; who != "me" && who != "you" {
			t.Errorf("CloudTrail has %q", who)
		}
	}
}

// bearerRecord is what CloudTrail has of an exchange.
type bearerRecord struct {
	ErrorCode    string
	UserIdentity struct{ Type, PrincipalID, UserName, IdentityProvider string }
}

func bearerRecords(t *testing.T, srv *emulatortest.Server) (all []bearerRecord) {
	t.Helper()
	api := cloudtrail.NewFromConfig(sdkv2.Config(t, srv, "admin"))
	out, err := api.LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range out.Events {
		if *e.EventName != "AssumeRoleWithWebIdentity" {
			continue
		}
		var r bearerRecord
		if err := json.Unmarshal([]byte(*e.CloudTrailEvent), &r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// CloudTrail tells who exchanged a token (web-identity.md W9).
func TestWebIdentityUser(t *testing.T) {
	srv := emulatortest.Start(t, "bearer", emulatortest.YAML(bearerYAML))
	if got := exchangedFor(t, srv, ownerAccount, srv.Token(emulator.NewToken{Caller: "pod"})); got.status != 200 {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	var want bearerRecord
	want.UserIdentity.Type, want.UserIdentity.UserName = "WebIdentityUser", "me"
	want.UserIdentity.PrincipalID = bearerProvider + ":sts.amazonaws.com:me"
	want.UserIdentity.IdentityProvider = bearerProvider
	if got := bearerRecords(t, srv); !slices.Equal(got, []bearerRecord{want}) {
		t.Errorf("got %+v", got)
	}
}

// What IAM takes of a provider a patch of the world takes too.
func TestProviderThenPatch(t *testing.T) {
	srv := emulatortest.Start(t, "bearer", emulatortest.YAML(bearerYAML))
	create := func(thumbprint string) *answer {
		return queryCall(t, srv, "iam", "admin", url.Values{
			"Action": {"CreateOpenIDConnectProvider"}, "Version": {"2010-05-08"}, "Url": {"https://new.example.com"},
			"ClientIDList.member.1": {"my app"}, "ThumbprintList.member.1": {thumbprint},
		})
	}
	if got := create(strings.Repeat("z", 40)); got.status != 400 || !strings.Contains(string(got.body), "InvalidInput") {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if got := create(strings.Repeat("0", 40)); got.status != 200 {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if err := srv.Patch(`{"accounts": {"123456789012": {"users": {"new": {}}}}}`); err != nil {
		t.Error(err)
	}
}

package advice_test

import (
	"testing"

	"github.com/s3fault/s3fault/internal/world"
)

// A level of the organization that does not allow is given the Allow, in a policy that
// is attached there or in one of its own; a Deny spares the request.
func TestGuardrails(t *testing.T) {
	const id, write = "o-exampleorgid", `write an SCP allow-s3-GetObject: ` + scpAllowsGet + `, and attach it to `
	const spares = `let ` + annARN +
		` do s3:GetObject on arn:aws:s3:::my-bucket/k in spite of the statement "Never" of the `
	const rest = `, which goes on denying all else: it is split in 2`
	prod := world.UnitID(id, "/prod")
	denies := with(`{Sid: Never, Effect: Deny, Principal: "*", Action: "s3:GetObject", Resource: "*"}`)
	lists := `{lists: {policy: ` + with(onlyLists) + `}}`
	for name, c := range map[string]struct {
		policies, root string
		texts          []string
		patch          string
	}{
		"nothing attached to the account": {``, `{accounts: {123456789012: {scps: []}}}`, []string{write + own},
			`{"organization":{"scps":{"allow-s3-GetObject":{"policy":{"Version":"2012-10-17","Statement":[` + scpAllowsGet +
				`]}}},"root":{"accounts":{"123456789012":{"scps":["allow-s3-GetObject"]}}}}}`},
		"nothing attached to a unit": {``, `{units: {prod: {scps: [], accounts: {123456789012: {}}}}}`, []string{write +
			prod}, ""},
		// One policy does for both levels.
		"nothing attached to two levels": {``, `{scps: [], accounts: {123456789012: {scps: []}}}`,
			[]string{write + world.RootID(id), `add to an SCP allow-s3-GetObject: ` + scpAllowsGet + `, and attach it to ` +
				own}, ""},
		"a policy of the level": {`scps: ` + lists + `, `, `{units: {prod: {scps: [lists], accounts: {123456789012: {}}}}}`,
			[]string{`add to the SCP lists: ` + scpAllowsGet}, ""},
		"an SCP denies": {`scps: {no: {policy: ` + with(denyGets) + `}}, `,
			`{units: {prod: {units: {deep: {scps: [FullAWSAccess, no], accounts: {123456789012: {}}}}}}}`,
			[]string{spares + `SCP no` + rest},
			`{"organization":{"scps":{"no":{"policy":{"Version":"2012-10-17","Statement":[{"Action":"s3:GetObject","Condition":{"ArnNotEquals":{"aws:PrincipalArn":"` + annARN + `"}},"Effect":"Deny","Resource":"*","Sid":"Never"},{"Action":"s3:GetObject","Effect":"Deny","NotResource":"arn:aws:s3:::my-bucket/k","Sid":"Never2"}]}}}}}`},
		"an RCP denies": {`rcps: {no: {policy: ` + denies + `}}, `, `{rcps: [no], accounts: {123456789012: {}}}`,
			[]string{spares + `RCP no` + rest}, ``},
	} {
		t.Run(name, func(t *testing.T) {
			a := try(t, ann(annAll, bucket, `organization: {id: `+id+`, management_account: 333333333333, `+
				``+c.policies+`root: `+c.root+`}`), get("ann")).on()
			says(t, a, c.texts...)
			if c.patch != "" {
				patches(t, a, c.patch)
			}
		})
	}
}

package awscli

import "github.com/s3fault/s3fault/internal/build"

// corsElements are the facts of a CORS rule by what the AWS CLI calls them.
var corsElements = []struct {
	row  build.Keyed
	name string
}{
	{build.CORSRuleID, "ID"}, {build.CORSOrigins, "AllowedOrigins"}, {build.CORSMethods, "AllowedMethods"},
	{build.CORSHeaders, "AllowedHeaders"}, {build.CORSExposed, "ExposeHeaders"}, {build.CORSMaxAge, "MaxAgeSeconds"},
}

// cors writes all rules, since a patch has them all.
func (t *typing) cors(names []string, value any) bool {
	list, ok := value.([]any)
	if !ok {
		return value == nil && t.onBucket(names[0], "delete-bucket-cors")
	}
	rules := []any{}
	for _, one := range list {
		facts, _ := one.(map[string]any)
		rule := map[string]any{}
		for _, e := range corsElements {
			if v, has := facts[e.row.Key()]; has {
				rule[e.name] = v
			}
		}
		rules = append(rules, rule)
	}
	return t.onBucket(names[0], "put-bucket-cors", "--cors-configuration", text(map[string]any{"CORSRules": rules}))
}

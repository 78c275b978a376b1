package policy

import "strings"

// Issue is the code under which IAM Access Analyzer reports the problem (IAM User Guide, "Access Analyzer policy
// check reference"). Where it tells apart more than the validation here does, the more general code stands.
func (e *Error) Issue() string {
	element := e.elementOf()
	if missing, ok := strings.CutPrefix(e.Message, msgMissing); ok {
		name, _, _ := strings.Cut(missing, " ")
		return "MISSING_" + strings.ToUpper(name)
	}
	switch {
	case e.phase == phaseSize:
		return "POLICY_SIZE_EXCEEDS_QUOTA"
	case e.phase == phaseJSON:
		return "JSON_SYNTAX_ERROR"
	case strings.HasPrefix(e.Message, msgOperator):
		return "INVALID_CONDITION_OPERATOR" // [unsure]
	case strings.HasPrefix(e.Message, msgConditionKey), strings.HasPrefix(e.Message, msgConditionCombine):
		return "INVALID_SERVICE_CONDITION_KEY"
	case strings.HasPrefix(e.Message, msgIPAddress):
		return "DATA_TYPE_MISMATCH"
	case strings.HasPrefix(e.Message, msgNoPrincipal):
		return "UNSUPPORTED_PRINCIPAL"
	case e.Path == "Version":
		return "INVALID_VERSION"
	case element != "" && !strings.Contains(e.Path, "."+element) && issuesOfElements[element] != "":
		return "MISSING_" + strings.ToUpper(element) // the path is that of the statement
	}
	if code, ok := issuesOfElements[element]; ok {
		return code
	}
	return "UNSUPPORTED_POLICY_ELEMENT"
}

var issuesOfElements = map[string]string{
	"Sid": "UNIQUE_SIDS_REQUIRED", "Effect": "INVALID_EFFECT",
	"Principal": "INVALID_PRINCIPAL", "NotPrincipal": "INVALID_PRINCIPAL",
	"Action": "INVALID_ACTION", "NotAction": "INVALID_ACTION",
	"Resource": "UNSUPPORTED_RESOURCE_ARN_IN_POLICY", "NotResource": "UNSUPPORTED_RESOURCE_ARN_IN_POLICY",
}

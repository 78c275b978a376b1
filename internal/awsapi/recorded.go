package awsapi

import "reflect"

// secrets are parameters that records do not have.
var secrets = map[string]bool{"SecretAccessKey": true, "TokenCode": true, "Password": true}

// unrecorded are parameters of which records do not even say that they were there.
var unrecorded = map[string]bool{"WebIdentityToken": true}

// recorded is a struct of parameters as CloudTrail writes it: names begin with small
// letters, and what was not sent is not there.
func recorded(in reflect.Value) map[string]any {
	all := map[string]any{}
	for i := range in.NumField() {
		field, value := in.Type().Field(i), in.Field(i)
		switch {
		case field.Anonymous:
			for name, v := range recorded(value) {
				all[name] = v
			}
		case !field.IsExported() || value.IsZero() || unrecorded[field.Name]:
		case secrets[field.Name]:
			all[memberName(field.Name)] = "HIDDEN_DUE_TO_SECURITY_REASONS"
		default:
			all[memberName(field.Name)] = recordedValue(value)
		}
	}
	return all
}

func recordedValue(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		return recordedValue(v.Elem())
	case reflect.Struct:
		return recorded(v)
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = recordedValue(v.Index(i))
		}
		return list
	}
	return v.Interface()
}

package awsapi

import (
	"maps"
	"reflect"
	"strings"
	"time"
)

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
		case !field.IsExported() || value.IsZero() || unrecorded[field.Name] || isBlob(value):
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

// isBlob says whether a value is bytes: plaintexts, ciphertexts and signatures, which
// records do not have.
func isBlob(v reflect.Value) bool {
	return v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8
}

// untold are members of answers that records leave out.
var untold = map[string]bool{"SecretAccessKey": true, "GrantToken": true, "XMLName": true}

// recordedTime is the form of times in answers (authorization.md 11).
const recordedTime = "Jan 2, 2006, 3:04:05 PM"

// answered is a struct of an answer as CloudTrail writes it.
func answered(out reflect.Value) map[string]any {
	all := map[string]any{}
	for i := range out.NumField() {
		field, value := out.Type().Field(i), out.Field(i)
		switch {
		case field.Anonymous && value.Kind() == reflect.Struct:
			maps.Copy(all, answered(value))
		case !field.IsExported() || untold[field.Name] || isBlob(value) || absent(value):
		default:
			all[memberName(field.Name)] = answeredValue(field.Name, value)
		}
	}
	return all
}

// absent says whether a value is none that was answered.
func absent(v reflect.Value) bool { return v.Kind() != reflect.Bool && v.IsZero() }

func answeredValue(name string, v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		return answeredValue(name, v.Elem())
	case reflect.Struct:
		return answered(v)
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = answeredValue(name, v.Index(i))
		}
		return list
	case reflect.String:
		if t, err := time.Parse(time.RFC3339, v.String()); err == nil {
			return t.UTC().Format(recordedTime)
		}
	case reflect.Float64:
		if strings.HasSuffix(name, "Date") {
			return time.UnixMilli(int64(v.Float() * 1000)).UTC().Format(recordedTime)
		}
	}
	return v.Interface()
}

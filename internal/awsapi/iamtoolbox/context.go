package iamtoolbox

import (
	"net/netip"
	"strings"
)

// The example in AWS's API Reference writes two keys with other capitals than its list
// of condition keys, addresses as ranges, the time since 1970 as a date, and lists in
// brackets. Every value is a text.
var (
	spelled = map[string]string{"aws:PrincipalArn": "aws:PrincipalARN", "aws:userid": "aws:UserId"}
	lists   = map[string]bool{
		"aws:PrincipalOrgPaths": true, "aws:ResourceOrgPaths": true, "aws:SourceOrgPaths": true, "aws:VpceOrgPaths": true,
		"aws:PrincipalServiceNamesList": true, "aws:CalledVia": true, "aws:TagKeys": true,
	}
)

// tell is for collecting condition keys as the answer has them.
func tell(into map[string]string) func(name string, values []string) {
	return func(name string, values []string) {
		value := strings.Join(values, ", ")
		switch {
		case lists[name] || len(values) > 1:
			value = "[" + value + "]"
		case name == "aws:SourceIp" || name == "aws:VpcSourceIp":
			value = asRange(value)
		case name == "aws:EpochTime":
			return // it is written with aws:CurrentTime
		case name == "aws:CurrentTime":
			into["aws:EpochTime"] = value
		}
		if other, ok := spelled[name]; ok {
			name = other
		}
		into[name] = value
	}
}

func asRange(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	return netip.PrefixFrom(a, a.BitLen()).String()
}

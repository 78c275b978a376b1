package policy

import "net/netip"

type ipTest []netip.Prefix

// compileIPAddress drops listed values that are no addresses: they contain nothing.
func compileIPAddress(values []string, _ bool) test {
	t := make(ipTest, 0, len(values))
	for _, v := range values {
		if prefix, ok := parseCIDR(v); ok {
			t = append(t, prefix)
		}
	}
	return t
}

func (t ipTest) holds(value string, _ *Context) bool {
	addr, err := netip.ParseAddr(value)
	if err != nil {
		return false
	}
	addr = addr.Unmap()
	for _, prefix := range t {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// parseCIDR reads an IPv4 or IPv6 range, or an address, which is a range of one. IPv4 addresses written in IPv6
// are IPv4 addresses.
func parseCIDR(s string) (netip.Prefix, bool) {
	prefix, err := netip.ParsePrefix(s)
	if err != nil {
		addr, err := netip.ParseAddr(s)
		if err != nil || addr.Zone() != "" {
			return netip.Prefix{}, false
		}
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	if prefix.Addr().Is4In6() && prefix.Bits() >= 96 {
		return netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-96), true
	}
	return prefix, true
}

package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
)

// adminTokenVariable has the control plane's token, for who serves it and for who asks it.
const adminTokenVariable = "S3FAULT_ADMIN_TOKEN"

// adminToken is the token of the flag or of the environment; empty: there is none.
func adminToken(flag string) (string, error) {
	token := cmp.Or(flag, os.Getenv(adminTokenVariable))
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", errors.New("--admin-token has neither spaces nor characters outside ASCII: it travels in a header")
	}
	return token, nil
}

// hostOf is the host of an address to listen on; empty: every one.
func hostOf(addr string) string {
	host, _, err := net.SplitHostPort(addr)
	if err != nil { // it is no address, which who listens says
		return ""
	}
	return cmp.Or(host, net.IPv6unspecified.String())
}

// warnOfStrangers says who else can reach the server, where that is not this machine alone,
// and what is then to be done.
func warnOfStrangers(w io.Writer, data, control net.Addr, token bool) {
	if isLocal(data) && isLocal(control) {
		return
	}
	text := "warning: whoever reaches this machine can use the worlds at " + data.String()
	if !isLocal(control) && !token {
		text = fmt.Sprintf("warning: whoever reaches this machine can read and change every world at %s; "+
			"--admin-token or --admin-addr 127.0.0.1:PORT keeps the control plane to yourself", control)
	}
	_, _ = fmt.Fprintln(w, text)
}

func isLocal(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

package emulatortest

import "github.com/s3fault/s3fault/emulator"

// Token is a token of one of the OpenID Connect providers of the world, by whose claims a
// role can be assumed with web identity. What is wrong with it fails the test.
func (s *Server) Token(n emulator.NewToken) string {
	s.t.Helper()
	t, err := emulator.MakeToken(s.server, s.World, n)
	if err != nil {
		s.t.Fatalf("emulatortest: %v", err)
	}
	return t.Token
}

package sigv4

import (
	"fmt"
	"strings"
	"time"
)

// secrets tries those of others, and what copying does to one.
func (d *diagnosis) secrets() (all []guess) {
	with := func(secret, says string) {
		if secret == d.k.Secret {
			return
		}
		all = append(all, guess{Diagnosis{
			Text: "signed with the secret " + says,
			Cure: "sign with the secret of the access key " + d.p.AccessKeyID + ", exactly as it is.",
		}, func(s *signing) { s.secret = secret }})
	}
	for _, other := range d.clues.Secrets {
		with(other.Secret, "of "+other.Name+", sent with the access key "+d.p.AccessKeyID)
	}
	with(strings.TrimSpace(d.k.Secret), "without the blanks around it")
	for _, blank := range [...]string{"\n", "\r\n", " "} {
		with(d.k.Secret+blank, "and a blank or line end after it")
	}
	return all
}

func (d *diagnosis) methods() (all []guess) {
	for _, method := range [...]string{"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"} {
		if method == d.m.method {
			continue
		}
		all = append(all, guess{Diagnosis{
			Text: fmt.Sprintf("signed as %s, arrived as %s", method, d.m.method), Signed: method, Arrived: d.m.method,
			Cure: "send the request with the method that it is signed for: what is signed for GET is good for nothing else.",
		}, func(s *signing) { s.m.method = method }})
	}
	return all
}

// payloads tries what signers put on the last line when they disagree with their own
// header, and what the header may have been.
func (d *diagnosis) payloads() (all []guess) {
	arrived := d.p.payloadFor(d.k)
	for _, payload := range [...]string{
		UnsignedPayload, emptySHA256, StreamingUnsignedTrailer, StreamingPayload, StreamingPayloadTrailer,
	} {
		if payload == arrived {
			continue
		}
		says := "the payload " + payload
		if payload == emptySHA256 {
			says = "the hash of an empty body"
		}
		found := Diagnosis{
			Text: "signed with " + says, Signed: payload, Arrived: arrived,
			Cure: "sign what x-amz-content-sha256 says of the body, and send that.",
		}
		line := func(s *signing) { s.f.payload = payload }
		all = append(all, guess{found, line})
		found.Text += ", arrived with another x-amz-content-sha256: " + arrived
		all = append(all, guess{found, func(s *signing) {
			line(s)
			s.f.changed, s.f.value = strings.ToLower(contentSHA256Header), payload
		}})
	}
	return all
}

// scopes tries other days, regions and services: what the signature was made for while
// the credential tells another.
func (d *diagnosis) scopes() (all []guess) {
	in := func(what, value, arrived string, alter func(p *Presented)) {
		if value == arrived {
			return
		}
		all = append(all, guess{Diagnosis{
			Text:   fmt.Sprintf("signed for the %s %s, sent with a credential for %s", what, told(value), told(arrived)),
			Signed: value, Arrived: arrived, Cure: "sign for the " + what + " that the credential tells.",
		}, func(s *signing) { alter(&s.p); s.p.rescope() }})
	}
	for _, region := range [...]string{
		"us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-west-1", "eu-west-2", "eu-central-1", "ap-southeast-1",
		"aws-global", "auto", "",
	} {
		in("region", region, d.p.Region, func(p *Presented) { p.Region = region })
	}
	for _, service := range [...]string{"s3", "s3express", "s3-object-lambda", "execute-api", "iam", "sts", "kms", ""} {
		in("service", service, d.p.Service, func(p *Presented) { p.Service = service })
	}
	for _, days := range [...]int{-1, 1} {
		date := d.p.Time.AddDate(0, 0, days).Format("20060102")
		in("date", date, d.p.Date, func(p *Presented) { p.Date = date })
	}
	return all
}

// rescope writes the credential anew.
func (p *Presented) rescope() {
	p.credential = strings.Join([]string{p.AccessKeyID, p.Date, p.Region, p.Service, "aws4_request"}, "/")
}

// times tries what the other header with a time says, and times that are off by a whole
// number of hours, as local ones are.
func (d *diagnosis) times() (all []guess) {
	at := func(t time.Time, says string) {
		stamp := t.UTC().Format(basicTime)
		if stamp == d.p.stamp {
			return
		}
		all = append(all, guess{Diagnosis{
			Text: "signed for the time " + stamp + says + ", arrived with " + d.p.stamp, Signed: stamp, Arrived: d.p.stamp,
			Cure: "sign the time that is sent: x-amz-date, where there is one.",
		}, func(s *signing) { s.p.stamp = stamp }})
	}
	if t, ok := requestTime(header(d.m.header, "Date")); ok {
		at(t, " of the header Date")
	}
	for hours := -12; hours <= 14; hours++ {
		at(d.p.Time.Add(time.Duration(hours)*time.Hour), "")
	}
	return all
}

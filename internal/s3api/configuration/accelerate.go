package configuration

import (
	"encoding/xml"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

type accelerateXML struct {
	XMLName xml.Name           `xml:"http://s3.amazonaws.com/doc/2006-03-01/ AccelerateConfiguration"`
	Status  world.Acceleration `xml:",omitempty"`
}

// Accelerate is whether a bucket is reached by Transfer Acceleration (S3 API Reference,
// "PutBucketAccelerateConfiguration").
var Accelerate = Kind[world.Acceleration]{
	Of:    func(b *world.Bucket) **world.Acceleration { return &b.Acceleration },
	Read:  readAccelerate,
	Write: writeAccelerate,
}

func readAccelerate(text []byte) (*world.Acceleration, error) {
	body, err := read[struct{ Status world.Acceleration }]("AccelerateConfiguration", text)
	if err == nil && !body.Status.Known() {
		err = s3err.New(s3err.MalformedXML)
	}
	if err != nil {
		return nil, err
	}
	return &body.Status, nil
}

func writeAccelerate(a *world.Acceleration) any {
	var document accelerateXML
	if a != nil {
		document.Status = *a
	}
	return document
}

package recorded

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/minio/crc64nvme"

	"github.com/s3fault/s3fault/sigv4"
)

// sums are the algorithms of that day by their names in headers.
var sums = map[string]func() hash.Hash{
	"crc32":     func() hash.Hash { return crc32.NewIEEE() },
	"crc32c":    func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) },
	"crc64nvme": func() hash.Hash { return crc64nvme.New() },
	"sha1":      sha1.New,
	"sha256":    sha256.New,
}

func sumOf(algorithm string, texts ...string) string {
	h := sums[algorithm]()
	for _, text := range texts {
		h.Write([]byte(text))
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// compositeOf is the sum of the parts' sums.
func compositeOf(algorithm string, parts ...string) string {
	h := sums[algorithm]()
	for _, part := range parts {
		raw, _ := base64.StdEncoding.DecodeString(sumOf(algorithm, part))
		h.Write(raw)
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// big is a part that need not be the last.
var big = strings.Repeat("0123456789abcdef", 5<<20/16)

// upload is a multipart upload of two parts that waits to be completed.
type upload struct {
	*play
	at, algorithm string
	list          []string // the parts as the list of Complete has them
}

// begin begins an upload and sends its parts; algorithm and kind may be empty.
func (p *play) begin(path, algorithm, kind string, options ...option) *upload {
	p.Helper()
	begun := options
	if algorithm != "" {
		begun = append(begun[:len(begun):len(begun)], header("x-amz-checksum-algorithm", strings.ToUpper(algorithm)))
	}
	if kind != "" {
		begun = append(begun, header("x-amz-checksum-type", kind))
	}
	id := p.do("POST", path+"?uploads=", begun...).want(200).element("UploadId")
	u := &upload{play: p, at: path + "?uploadId=" + id, algorithm: algorithm}
	for i, part := range []string{big, "the end"} {
		sent := append(options[:len(options):len(options)], text(part))
		if algorithm != "" {
			sent = append(sent, header("x-amz-checksum-"+algorithm, sumOf(algorithm, part)))
		}
		done := p.do("PUT", fmt.Sprintf("%s&partNumber=%d", u.at, i+1), sent...).want(200)
		entry := fmt.Sprintf("<PartNumber>%d</PartNumber><ETag>%s</ETag>", i+1, done.header.Get("ETag"))
		if kind == "COMPOSITE" {
			name := "Checksum" + strings.ToUpper(algorithm)
			entry += "<" + name + ">" + sumOf(algorithm, part) + "</" + name + ">"
		}
		u.list = append(u.list, "<Part>"+entry+"</Part>")
	}
	return u
}

func (u *upload) complete(options ...option) *answer {
	u.Helper()
	body := "<CompleteMultipartUpload>" + strings.Join(u.list, "") + "</CompleteMultipartUpload>"
	return u.do("POST", u.at, append(options, text(body))...)
}

const fullObject = "FULL_OBJECT"

func wrongSum(algorithm string) string { return sumOf(algorithm, "something else") }

func badDigest(algorithm string) string {
	return "The " + algorithm + " you specified did not match the calculated checksum."
}

func TestChecksumsAtComplete(t *testing.T) {
	var rows []row
	for _, a := range []string{"crc32", "crc32c", "crc64nvme"} {
		rows = append(rows,
			row{"aws 1", a + " of the whole object", func(p *play) {
				u := p.begin("/my-bucket/k", a, fullObject)
				good := header("x-amz-checksum-"+a, sumOf(a, big, "the end"))
				u.complete(good).want(400, "BadDigest", badDigest(a))
				u.complete(header("x-amz-checksum-"+a, wrongSum(a)), header("x-amz-checksum-type", fullObject)).
					want(400, "BadDigest", badDigest(a))
				u.complete(good, header("x-amz-checksum-type", fullObject)).want(200).
					has("<Checksum"+strings.ToUpper(a)+">"+sumOf(a, big, "the end")+"<", "<ChecksumType>FULL_OBJECT<")
			}},
			row{"aws 1", a + " under another algorithm's header", func(p *play) {
				other := map[bool]string{true: "crc32c", false: "crc32"}[a == "crc32"]
				p.begin("/my-bucket/k", a, fullObject).complete(
					header("x-amz-checksum-"+other, sumOf(other, big, "the end")), header("x-amz-checksum-type", fullObject),
				).want(400, "BadDigest", badDigest(a))
			}},
		)
	}
	for _, a := range []string{"crc32", "crc32c", "sha1", "sha256"} {
		rows = append(rows, row{"aws 1", a + " of the parts' sums", func(p *play) {
			u := p.begin("/my-bucket/k", a, "COMPOSITE")
			u.complete(header("x-amz-checksum-"+a, wrongSum(a))).want(400, "BadDigest", badDigest(a))
			u.complete(header("x-amz-checksum-"+a, compositeOf(a, big, "the end")+"-2")).
				want(400, "InvalidRequest", "Value for x-amz-checksum-"+a+" header is invalid.")
			u.complete(header("x-amz-checksum-"+a, compositeOf(a, big, "the end"))).want(200).
				has(">"+compositeOf(a, big, "the end")+"-2<", "<ChecksumType>COMPOSITE<")
		}})
	}
	rows = append(rows,
		row{"aws 1", "an upload that names no algorithm has nothing to hold a sum against", func(p *play) {
			p.begin("/my-bucket/k", "", "").complete(header("x-amz-checksum-sha256", wrongSum("sha256"))).want(200).
				has("<ChecksumCRC64NVME>"+sumOf("crc64nvme", big, "the end"), "<ChecksumType>FULL_OBJECT<")
		}},
		row{"aws 25", "another type is told before the parts' missing sums", func(p *play) {
			u := p.begin("/my-bucket/k", "crc32", "COMPOSITE")
			u.list[0] = u.list[0][:strings.Index(u.list[0], "<ChecksumCRC32>")] + "</Part>"
			u.complete(header("x-amz-checksum-type", fullObject)).want(400, "InvalidRequest",
				"The upload was created using the COMPOSITE checksum mode. The complete request must use the same checksum mode.")
			u.complete().want(400, "InvalidRequest", "The upload was created using a crc32 checksum. The complete request "+
				"must include the checksum for each part. It was missing for part 1 in the request.")
		}},
		row{"aws 13", "no sum under a key of KMS or the customer's", func(p *play) {
			for _, options := range [][]option{
				{header("x-amz-server-side-encryption", "aws:kms")},
			} {
				id := p.do("POST", "/my-bucket/sealed?uploads=", options...).want(200).element("UploadId")
				at := "/my-bucket/sealed?uploadId=" + id
				part := p.do("PUT", at+"&partNumber=1", text("x")).want(200).header.Get("ETag")
				p.do("POST", at, text("<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"+part+
					"</ETag></Part></CompleteMultipartUpload>")).want(200).lacks("Checksum")
			}
			got := p.do("GET", "/my-bucket/sealed", header("x-amz-checksum-mode", "ENABLED")).want(200)
			got.told("x-amz-checksum-crc64nvme", "").told("x-amz-checksum-type", "")
			p.do("GET", "/my-bucket/sealed?attributes", header("x-amz-object-attributes", "Checksum,ObjectSize")).want(200).
				lacks("Checksum")
		}},
		row{"aws 13", "nor under the customer's key", func(p *play) {
			ssec := customerKey("")
			u := p.begin("/my-bucket/k", "", "", ssec...)
			u.complete().want(200).lacks("Checksum")
			p.do("HEAD", "/my-bucket/k", append(ssec, header("x-amz-checksum-mode", "ENABLED"))...).want(200).
				told("x-amz-checksum-crc64nvme", "").told("x-amz-checksum-type", "")
		}},
	)
	run(t, rows)
}

func TestAttributes(t *testing.T) {
	attributes := func(options ...option) []option {
		return append(options, header("x-amz-object-attributes", "ETag,Checksum,ObjectParts,StorageClass,ObjectSize"))
	}
	run(t, []row{
		{"aws 9, control 26", "a composite sum without the number of parts", func(p *play) {
			p.begin("/my-bucket/k", "sha256", "COMPOSITE").complete().want(200)
			bare := compositeOf("sha256", big, "the end")
			p.do("GET", "/my-bucket/k?attributes", attributes()...).want(200).
				has("<ChecksumSHA256>"+bare+"</ChecksumSHA256>", "<ChecksumType>COMPOSITE<", "<PartsCount>2<", "<PartNumber>2<")
			p.do("HEAD", "/my-bucket/k", header("x-amz-checksum-mode", "ENABLED")).want(200).
				told("x-amz-checksum-sha256", bare+"-2")
			p.do("GET", "/my-bucket/k?attributes", attributes(header("x-amz-max-parts", "1"))...).want(200).
				has("<IsTruncated>true<", "<NextPartNumberMarker>1<", "<PartNumberMarker>0<", "<MaxParts>1<").
				lacks("<PartNumber>2<")
		}},
		{"aws 10", "no parts of a whole object's sum, and no marker behind the last", func(p *play) {
			p.begin("/my-bucket/whole", "crc32", fullObject).complete().want(200)
			p.do("GET", "/my-bucket/whole?attributes", attributes()...).want(200).has("<PartsCount>2<").
				lacks("<Part>", "<IsTruncated>")
			p.begin("/my-bucket/parts", "crc32", "COMPOSITE").complete().want(200)
			p.do("GET", "/my-bucket/parts?attributes", attributes(header("x-amz-part-number-marker", "2"))...).want(200).
				has("<NextPartNumberMarker>0<", "<PartNumberMarker>2<", "<IsTruncated>false<").lacks("<Part>")
			p.begin("/my-bucket/none", "", "").complete().want(200)
			p.do("GET", "/my-bucket/none?attributes", attributes()...).want(200).has("<PartsCount>2<").lacks("<Part>")
			p.do("PUT", "/my-bucket/plain", text("x")).want(200)
			p.do("GET", "/my-bucket/plain?attributes", attributes()...).want(200).lacks("ObjectParts")
		}},
	})
}

// Bodies that are streamed without a trailer, and those whose trailer is announced.
func TestTrailers(t *testing.T) {
	streamed := func(body string, options ...option) []option {
		return append(options, hashed(sigv4.StreamingUnsignedTrailer), text(body), header("Content-Encoding", "aws-chunked"),
			header("x-amz-decoded-content-length", "5"))
	}
	run(t, []row{
		{"versitygw", "streamed with no trailer, and none announced", func(p *play) {
			p.do("PUT", "/my-bucket/k", streamed("5\r\nhello\r\n0\r\n\r\n")...).want(200).
				told("x-amz-checksum-crc64nvme", sumOf("crc64nvme", "hello"))
			p.do("GET", "/my-bucket/k").want(200).has("hello")
		}},
		{"versitygw", "the same of a part", func(p *play) {
			id := p.do("POST", "/my-bucket/k?uploads=").want(200).element("UploadId")
			p.do("PUT", "/my-bucket/k?partNumber=1&uploadId="+id, streamed("5\r\nhello\r\n0\r\n\r\n")...).want(200)
		}},
		{"versitygw", "streamed with a sum in a header", func(p *play) {
			sum := header("x-amz-checksum-crc32", sumOf("crc32", "hello"))
			p.do("PUT", "/my-bucket/k", streamed("5\r\nhello\r\n0\r\n\r\n", sum)...).
				want(200).told("x-amz-checksum-crc32", sumOf("crc32", "hello"))
		}},
		{"versitygw", "a trailer that nobody announced, and one that does not come", func(p *play) {
			trailer := "x-amz-checksum-crc32:" + sumOf("crc32", "hello")
			p.do("PUT", "/my-bucket/k", streamed("5\r\nhello\r\n0\r\n"+trailer+"\r\n\r\n")...).
				want(400, "MalformedTrailerError")
			p.do("PUT", "/my-bucket/k", streamed("5\r\nhello\r\n0\r\n\r\n", header("x-amz-trailer", "x-amz-checksum-crc32"))...).
				want(400, "MalformedTrailerError")
		}},
	})
}

// Package trail writes what happened as AWS CloudTrail does: which requests become
// events, the record of each, and the log files of trails.
package trail

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// Happened is a request that CloudTrail may log, once it is answered.
type Happened struct {
	Asker   *asker.Asker
	Service string // "s3", "iam": as in the service's host name
	Name    string // the API's name of the call
	// ReadOnly and Management say of what kind the event is; a data event is about
	// the object, or the bucket, that Resource names.
	ReadOnly, Management bool
	Resource             string
	Point                string // the ARN of the access point that it took; empty: none
	Owner                string // the resource's account; empty: nobody's
	Region               string
	Parameters           map[string]any
	Code, Message        string // of a refusal
	RequestID, HostID    string
	SignatureVersion     string // "SigV4"; empty: nobody signed
	AuthenticationMethod string // "AuthHeader", "QueryString"
	Connection           Connection
	// Response is what a call of a control API told, as records have it; nil: nothing of it
	// is recorded.
	Response map[string]any
	// About are the resources of an event that is none of S3's.
	About []Resource
	// Answer are the headers of S3's answer.
	Answer http.Header
	// In and Out are the bytes of the bodies; -1: they are not known yet.
	In, Out int64
	// InvokedBy is the service that asked on the requester's behalf; empty: the requester
	// asked. Sealed is the Bucket Key that it asked for, and then not again for a while.
	InvokedBy, Sealed string
	// Part tells the events of one request apart; empty: it is the request's own.
	Part string
	// Also are the events that the request brings with it.
	Also []*Happened
}

// Connection is what a request came over.
type Connection struct {
	TLS, CipherSuite string // "1.3", "TLS_AES_128_GCM_SHA256"; empty: plain HTTP
	Host             string // as the client has it
}

// Record is an event as CloudTrail writes it (CloudTrail User Guide, "CloudTrail
// record contents").
type Record struct {
	EventVersion       string         `json:"eventVersion"`
	UserIdentity       Identity       `json:"userIdentity"`
	EventTime          string         `json:"eventTime"`
	EventSource        string         `json:"eventSource"`
	EventName          string         `json:"eventName"`
	AWSRegion          string         `json:"awsRegion"`
	SourceIPAddress    string         `json:"sourceIPAddress"`
	UserAgent          string         `json:"userAgent"`
	ErrorCode          string         `json:"errorCode,omitempty"`
	ErrorMessage       string         `json:"errorMessage,omitempty"`
	RequestParameters  map[string]any `json:"requestParameters"`
	ResponseElements   any            `json:"responseElements"`
	AdditionalEvent    map[string]any `json:"additionalEventData,omitempty"`
	RequestID          string         `json:"requestID"`
	EventID            string         `json:"eventID"`
	SharedEventID      string         `json:"sharedEventID,omitempty"`
	ReadOnly           bool           `json:"readOnly"`
	Resources          []Resource     `json:"resources,omitempty"`
	EventType          string         `json:"eventType"`
	ManagementEvent    bool           `json:"managementEvent"`
	RecipientAccountID string         `json:"recipientAccountId"`
	VPCEndpointID      string         `json:"vpcEndpointId,omitempty"`
	EventCategory      string         `json:"eventCategory"`
	TLS                *TLSDetails    `json:"tlsDetails,omitempty"` // nil: AWS asked for itself

	// At is EventTime, for those who look the record up.
	At time.Time `json:"-"`
}

// TLSDetails are those of the connection; over plain HTTP the host alone (authorization.md 11).
type TLSDetails struct {
	Version     string `json:"tlsVersion,omitempty"` // "TLSv1.3"
	CipherSuite string `json:"cipherSuite,omitempty"`
	Host        string `json:"clientProvidedHostHeader,omitempty"`
}

// Resource is what an event is about: a bucket or an object or, of a data event about
// a bucket, the objects whose ARNs begin with ARNPrefix.
type Resource struct {
	Type      string  `json:"type"`
	ARN       string  `json:"ARN,omitempty"`
	ARNPrefix string  `json:"ARNPrefix,omitempty"`
	AccountID *string `json:"accountId,omitempty"` // of a bucket; empty: the recipient is not told
}

// Identity is who asked (CloudTrail User Guide, "userIdentity element").
type Identity struct {
	Type           string   `json:"type"`
	PrincipalID    *string  `json:"principalId,omitempty"` // nil: a service has none
	ARN            string   `json:"arn,omitempty"`
	AccountID      string   `json:"accountId,omitempty"`
	AccessKeyID    string   `json:"accessKeyId,omitempty"`
	UserName       string   `json:"userName,omitempty"`
	Provider       string   `json:"identityProvider,omitempty"`
	InvokedBy      string   `json:"invokedBy,omitempty"`
	SessionContext *session `json:"sessionContext,omitempty"`
}

type session struct {
	Issuer         *issuer     `json:"sessionIssuer,omitempty"`
	Federation     *federation `json:"webIdFederationData,omitempty"`
	Attributes     attributes  `json:"attributes"`
	SourceIdentity string      `json:"sourceIdentity,omitempty"`
}

type issuer struct {
	Type        string `json:"type"`
	PrincipalID string `json:"principalId"`
	ARN         string `json:"arn"`
	AccountID   string `json:"accountId"`
	UserName    string `json:"userName"`
}

// federation is the identity provider behind a session.
type federation struct {
	Provider   string            `json:"federatedProvider"`
	Attributes map[string]string `json:"attributes"`
}

type attributes struct {
	CreationDate     string `json:"creationDate"`
	MFAAuthenticated string `json:"mfaAuthenticated"`
}

// Of is the record of what happened, for one of the accounts that it concerns.
func Of(h *Happened, recipient string) *Record {
	a := h.Asker
	r := &Record{
		EventVersion: "1.11", UserIdentity: identity(a, recipient), At: a.Now.UTC(), EventTime: iso(a.Now),
		EventSource: h.Service + ".amazonaws.com", EventName: h.Name, AWSRegion: h.Region,
		SourceIPAddress: a.SourceIP, UserAgent: a.UserAgent, ErrorCode: h.Code, ErrorMessage: h.Message,
		RequestParameters: h.Parameters, RequestID: h.RequestID, EventID: h.id(recipient), ReadOnly: h.ReadOnly,
		Resources: h.About,
		EventType: "AwsApiCall", ManagementEvent: h.Management, RecipientAccountID: recipient, EventCategory: "Data",
		TLS: h.Connection.details(),
	}
	if h.Management {
		r.EventCategory = "Management"
	}
	if a.Endpoint != nil {
		r.VPCEndpointID = a.Endpoint.ID
	}
	if h.sharedBeyond(recipient) {
		r.SharedEventID = h.id()
	}
	if h.Response != nil {
		r.ResponseElements = h.Response
	}
	if h.InvokedBy != "" {
		h.forward(r)
	}
	if h.Service == "s3" {
		r.UserAgent = "[" + a.UserAgent + "]" // as S3 writes it
		r.Resources = h.resources(recipient)
		r.AdditionalEvent = h.additional()
		if told := h.told(); told != nil {
			r.ResponseElements = told
		}
	}
	if a.Bearer != nil {
		r.AdditionalEvent = map[string]any{"identityProviderConnectionVerificationMethod": "IAMTrustStore"}
	}
	if p := a.Principal; p != nil && p.Kind == policy.Service {
		r.SourceIPAddress, r.UserAgent = p.Service, p.Service
		if p.Service == cloudFront {
			r.TLS = nil
		}
	}
	return r
}

// cloudFront has no tlsDetails, where it asks for a distribution with an origin access
// control (authorization.md 11).
const cloudFront = "cloudfront.amazonaws.com"

func (c Connection) details() *TLSDetails {
	d := &TLSDetails{CipherSuite: c.CipherSuite, Host: c.Host}
	if c.TLS != "" {
		d.Version = "TLSv" + c.TLS
	}
	return d
}

// sharedBeyond says whether others than the recipient have the event too: another
// account, AWS, or nobody that CloudTrail could tell.
func (h *Happened) sharedBeyond(recipient string) bool {
	return h.Asker.Account() != recipient || h.Owner != "" && h.Owner != recipient
}

// additional is what S3 adds to its events.
func (h *Happened) additional() map[string]any {
	more := map[string]any{"x-amz-id-2": h.HostID}
	if h.SignatureVersion != "" {
		more["SignatureVersion"], more["AuthenticationMethod"] = h.SignatureVersion, h.AuthenticationMethod
	}
	if h.Connection.CipherSuite != "" {
		more["CipherSuite"] = h.Connection.CipherSuite
	}
	if h.In >= 0 {
		more["bytesTransferredIn"] = h.In
	}
	if h.Out >= 0 {
		more["bytesTransferredOut"] = h.Out
	}
	if applied := h.sealing(); applied != "" {
		more["SSEApplied"] = applied
	}
	return more
}

// id is the id of the event for one recipient; without one that of all together.
func (h *Happened) id(recipient ...string) string {
	parts := append([]string{h.RequestID}, recipient...)
	if h.Part != "" {
		parts = append(parts, h.Part)
	}
	return idOf(parts...)
}

// forward is what the record says of a request that a service made on the requester's
// behalf (authorization.md 11): it has an id of its own, and no connection of
// the requester's.
func (h *Happened) forward(r *Record) {
	r.UserIdentity.InvokedBy, r.SourceIPAddress, r.UserAgent = h.InvokedBy, h.InvokedBy, h.InvokedBy
	r.RequestID, r.TLS, r.VPCEndpointID = idOf(h.RequestID, "request", h.Part), nil, ""
}

func iso(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// idOf is the id, a UUID, of the event that a request is: for one recipient the same
// in every record, for all of them together another.
func idOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, " ")))
	return world.UUID([16]byte(sum[:16]))
}

// identity is who asked, as the recipient is told: of another account's principal
// no more than its account.
func identity(a *asker.Asker, recipient string) Identity {
	p := a.Principal
	switch {
	case p == nil || p.Kind == policy.Anonymous:
		return Identity{Type: "AWSAccount", PrincipalID: new(string), AccountID: "anonymous"}
	case p.Kind == policy.Service:
		return Identity{Type: "AWSService", InvokedBy: p.Service}
	case p.Kind == policy.WebIdentity:
		id := asker.BearerID(p, a.Bearer)
		return Identity{Type: "WebIdentityUser", PrincipalID: &id, UserName: a.Bearer.Subject, Provider: p.Provider}
	case p.Kind == policy.OriginAccessIdentity:
		return Identity{Type: "AWSAccount", PrincipalID: new(string), AccountID: "CloudFront"}
	case p.Account != recipient:
		return Identity{Type: "AWSAccount", PrincipalID: &a.Caller.UserID, AccountID: p.Account}
	}
	i := Identity{PrincipalID: &a.Caller.UserID, ARN: p.ARN, AccountID: p.Account, AccessKeyID: a.Caller.AccessKeyID}
	switch p.Kind {
	case policy.Root:
		i.Type = "Root"
	case policy.RoleSession:
		i.Type = "AssumedRole"
	case policy.FederatedUser:
		i.Type = "FederatedUser"
	default:
		i.Type, i.UserName = "IAMUser", a.Caller.User
	}
	i.SessionContext = sessionOf(a)
	return i
}

func sessionOf(a *asker.Asker) *session {
	c := a.Caller
	if !c.Temporary() {
		return nil
	}
	s := &session{Attributes: attributes{iso(c.Issued), "false"}, SourceIdentity: c.SourceIdentity}
	if c.MFA {
		s.Attributes.MFAAuthenticated = "true"
	}
	if c.WebIdentity != nil {
		s.Federation = &federation{a.Principal.Provider, map[string]string{}}
	}
	if role := a.State.RoleOf(c); role != nil {
		s.Issuer = &issuer{"Role", role.ID, role.ARN, c.Account, role.Name}
	} else if u := a.State.UserOf(c); u != nil && c.Federated != "" {
		s.Issuer = &issuer{"IAMUser", u.ID, u.ARN, c.Account, u.Name}
	}
	return s
}

// JSON is the record as it is written into log files.
func (r *Record) JSON() []byte {
	b, err := json.Marshal(r)
	if err != nil {
		panic(err) // texts, numbers and maps of them
	}
	return b
}

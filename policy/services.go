package policy

import (
	"slices"
	"strings"
)

// serviceDomains are what the name of a service principal ends in.
var serviceDomains = []string{".amazonaws.com", ".amazonaws.com.cn", ".amazon.com"}

// serviceOf returns what stands before the domain of a service principal, "" for what cannot be one.
func serviceOf(s string) string {
	for _, domain := range serviceDomains {
		if name, ok := strings.CutSuffix(s, domain); ok && isServiceName(s) {
			return name
		}
	}
	return ""
}

// isServicePrincipal reports whether s has the form of a service principal. Which services there are, no list can say
// for long.
func isServicePrincipal(s string) bool { return serviceOf(s) != "" }

// knownServices are the service principals that AWS's documentation names, without their domain.
var knownServices = strings.Fields(`
	access-analyzer acm airflow airflow-env amplify apigateway ops.apigateway appconfig appflow application-autoscaling
	applicationinsights appmesh apprunner build.apprunner tasks.apprunner appsync athena auditmanager autoscaling
	autoscaling-plans backup backup-gateway batch bedrock bedrock-agentcore billingconductor braket budgets ce
	codestar-notifications chatbot chime voiceconnector.chime cloud9 cloudformation cloudfront logger.cloudfront cloudhsm
	cloudtrail cloudwatch cloudwatch-crossaccount lambda.alarms.cloudwatch codeartifact codebuild codecommit codedeploy
	codeguru-reviewer codepipeline codestar cognito-identity cognito-idp email.cognito-idp cognito-sync comprehend
	compute-optimizer config config-conforms config-multiaccountsetup connect controltower costoptimization-hub cur
	custom.rds dataexchange datapipeline datasync dax deeplens delivery.logs diode directoryservice ds dlm dms dynamodb
	replication.dynamodb ec2 ec2fleet ec2.application-autoscaling vpc-flow-logs ecr replication.ecr pullthroughcache.ecr
	ecs ecs-tasks edgelambda eks eks-auth eks-fargate eks-fargate-pods eks-nodegroup elasticache elasticbeanstalk
	elasticfilesystem elasticloadbalancing logdelivery.elasticloadbalancing logdelivery.elb elasticmapreduce
	elastictranscoder emr-containers emr-serverless ops.emr-serverless es opensearchservice observability.aoss events
	pipes scheduler schemas evidently finspace firehose fis fms forecast freertos fsx gamelift glacier globalaccelerator
	glue grafana greengrass ground-station guardduty malware-protection-plan.guardduty health honeycode iam
	imagebuilder importexport inspector inspector2 internetmonitor iot credentials.iot iotanalytics iotevents
	iotsitewise ivs kafka kafkaconnect kendra kinesis kinesisanalytics kinesisvideo kms lakeformation lambda lex
	lexv2 license-manager license-manager.master-account lightsail logs lookoutvision m2 macie machinelearning
	managedblockchain mediaconnect mediaconvert medialive mediapackage mediastore mediatailor member.org.stacksets
	stacksets.cloudformation memorydb mgn migrationhub mobileanalytics mobilehub monitoring monitoring.rds mq
	network-firewall networkmanager nimble notifications omics opsworks opsworks-cm organizations osis outposts
	panorama personalize pi pinpoint polly pricingplanmanager profile proton qbusiness.applications quicksight ram rds
	enhancedmonitoring.rds redshift redshift-serverless rekognition replicator.lambda resiliencehub resource-explorer-2
	resource-groups robomaker rolesanywhere route53 route53domains route53resolver rum s3 logging.s3
	access-grants.s3 batchoperations.s3 maintenance.s3tables metadata.s3 storage-lens.s3 s3-object-lambda s3-outposts
	sagemaker secretsmanager securityhub securitylake serverlessrepo service-catalog servicecatalog servicediscovery
	servicequotas ses shield signer signin sms sns spot spotfleet sqs ssm ssm-incidents ssm.opsitem sso states
	storagegateway streams.metrics.cloudwatch sts support swf synthetics tagpolicies.tag tax.billing textract timestream
	transcribe transfer transitgateway translate trustedadvisor verified-access verifiedpermissions vmie vpc-lattice
	delivery.vpc-lattice waf waf-regional wafv2 workdocs worklink workmail workspaces xray billingreports bcm-data-exports
`)

// IsKnownService reports whether s is a service principal that AWS's documentation names, for one region or for all.
// One that is not may be younger than the list.
func IsKnownService(s string) bool {
	name := serviceOf(s)
	if slices.Contains(knownServices, name) {
		return true
	}
	front, region, ok := cutLast(name, ".")
	return ok && strings.Count(region, "-") >= 2 && slices.Contains(knownServices, front)
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// Uncertain returns the principals that the policy names in a good form and that exist only as far as somebody else
// knows: services that are not known, origin access identities and canonical user ids.
func (p *Policy) Uncertain() []string {
	var names []string
	for i := range p.statements {
		if p.statements[i].principals == nil {
			continue
		}
		for _, e := range p.statements[i].principals.entries {
			uncertain := e.form == originForm || e.form == canonicalForm || e.form == serviceForm && !IsKnownService(e.text)
			if uncertain && !slices.Contains(names, e.text) {
				names = append(names, e.text)
			}
		}
	}
	return names
}

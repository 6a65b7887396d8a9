// Command sidecar-patch reads a list of pods, JSON, and prints them as Dapr's injector would change them: its own code makes
// the patch. The injector's settings come from the environment, under the names that its deployment has.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"

	"github.com/dapr/dapr/pkg/injector/consts"
	"github.com/dapr/dapr/pkg/injector/patcher"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var pods []corev1.Pod
	if err := json.NewDecoder(os.Stdin).Decode(&pods); err != nil {
		return fmt.Errorf("the pods cannot be read: %w", err)
	}
	patched := make([]json.RawMessage, 0, len(pods))
	for i := range pods {
		pod, err := patch(&pods[i])
		if err != nil {
			return fmt.Errorf("%s: %w", pods[i].Name, err)
		}
		patched = append(patched, pod)
	}
	return json.NewEncoder(os.Stdout).Encode(patched)
}

// As pkg/injector/service does it for an AdmissionReview; the trust anchors are those of nobody.
func patch(pod *corev1.Pod) (json.RawMessage, error) {
	sidecar := patcher.NewSidecarConfig(pod)
	sidecar.Mode = consts.ModeKubernetes
	sidecar.Namespace = pod.Namespace
	sidecar.MTLSEnabled = true
	sidecar.Identity = pod.Namespace + ":" + pod.Spec.ServiceAccountName
	sidecar.SidecarImage = os.Getenv("SIDECAR_IMAGE")
	sidecar.ImagePullPolicy = corev1.PullPolicy(os.Getenv("SIDECAR_IMAGE_PULL_POLICY"))
	sidecar.RunAsNonRoot = isOn("SIDECAR_RUN_AS_NON_ROOT", true)
	sidecar.ReadOnlyRootFilesystem = isOn("SIDECAR_READ_ONLY_ROOT_FILESYSTEM", true)
	sidecar.SidecarDropALLCapabilities = isOn("SIDECAR_DROP_ALL_CAPABILITIES", false)
	sidecar.EnableNativeSidecar = isOn("NATIVE_SIDECAR_ENABLED", false)
	sidecar.CurrentTrustAnchors = []byte("none")
	sidecar.ControlPlaneNamespace = os.Getenv("NAMESPACE")
	sidecar.ControlPlaneTrustDomain = os.Getenv("DAPR_CONTROL_PLANE_TRUST_DOMAIN")
	sidecar.KubeClusterDomain = os.Getenv("KUBE_CLUSTER_DOMAIN")
	sidecar.OperatorAddress = patcher.ServiceAPI.Address(sidecar.ControlPlaneNamespace, sidecar.KubeClusterDomain)
	sidecar.SentryAddress = patcher.ServiceSentry.Address(sidecar.ControlPlaneNamespace, sidecar.KubeClusterDomain)
	sidecar.SetFromPodAnnotations()

	operations, err := sidecar.GetPatch()
	if err != nil {
		return nil, err
	}
	before, err := json.Marshal(pod)
	if err != nil {
		return nil, err
	}
	return operations.Apply(before)
}

func isOn(variable string, fallback bool) bool {
	value, found := os.LookupEnv(variable)
	if !found || value == "" {
		return fallback
	}
	return value == "true"
}

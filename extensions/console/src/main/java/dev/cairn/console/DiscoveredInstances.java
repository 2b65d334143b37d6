package dev.cairn.console;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/**
 * The instances that Spring Cloud's discovery finds. A port of their own for the actuator
 * is in their metadata, as Spring Cloud's registrations write it.
 *
 * @param client the discovery
 * @param service the name of the service
 * @param path the path of the actuator
 * @param credentials the credentials of all instances
 */
record DiscoveredInstances(DiscoveryClient client, String service, String path,
		Credentials credentials) implements InstanceSource {

	private static final String MANAGEMENT_PORT = "management.port";

	@Override
	public List<Instance> instances() {
		return this.client.getInstances(this.service).stream().map(this::instance).toList();
	}

	private Instance instance(ServiceInstance found) {
		Map<String, String> metadata = found.getMetadata();
		String own = (metadata != null) ? metadata.get(MANAGEMENT_PORT) : null;
		String address = found.getHost() + ":" + ((own != null) ? own : String.valueOf(found.getPort()));
		URI url = URI.create((found.isSecure() ? "https://" : "http://") + address + this.path);
		return this.credentials.apply(Instance.of(name(found.getInstanceId(), address), url));
	}

	/** Ids may have any characters. */
	private static String name(@Nullable String id, String address) {
		String name = ((id != null && !id.isBlank()) ? id : address).replaceAll("[^A-Za-z0-9._:-]", "-")
			.replaceFirst("^[^A-Za-z0-9]+", "");
		return name.substring(0, Math.min(name.length(), Instance.MAX_NAME));
	}

}

package dev.cairn.spring.doctor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Finds endpoints of Cairn that other machines can read although Spring Security does not
 * protect them.
 */
record ExposureCheck(ConfigurableApplicationContext context) implements DoctorCheck {

	private static final String EXPOSURE = "management.endpoints.web.exposure.";

	static final List<String> FILTERS = List.of("org.springframework.security.web.SecurityFilterChain",
			"org.springframework.security.web.server.SecurityWebFilterChain");

	@Override
	public String name() {
		return "exposure";
	}

	@Override
	public List<Finding> examine() throws UnknownHostException {
		Environment environment = this.context.getEnvironment();
		Set<String> exposed = exposed();
		if (exposed.isEmpty() || environment.getProperty("local.server.port") == null
				|| "-1".equals(environment.getProperty("management.server.port")) || Beans.exist(this.context, FILTERS)
				|| isLocal()) {
			return List.of();
		}
		return List
			.of(new Finding("The endpoints " + exposed + " are exposed without Spring Security", EXPOSURE + "include",
					"Every client of the port can read names of classes and hosts, errors and identifiers of messages",
					(environment.getProperty("management.server.port") != null) ? "management.server.address=127.0.0.1"
							: "Add spring-boot-starter-security, or set management.server.port and "
									+ "management.server.address=127.0.0.1"));
	}

	private Set<String> exposed() {
		Set<String> exposed = new LinkedHashSet<>(list("include"));
		exposed.removeIf((id) -> !id.equals("*") && !id.startsWith("cairn"));
		Set<String> excluded = new LinkedHashSet<>(list("exclude"));
		exposed.removeAll(excluded);
		return excluded.contains("*") ? Set.of() : exposed;
	}

	private List<String> list(String property) {
		return Binder.get(this.context.getEnvironment())
			.bind(EXPOSURE + property, Bindable.listOf(String.class))
			.orElseGet(List::of);
	}

	private boolean isLocal() throws UnknownHostException {
		String address = address();
		return StringUtils.hasText(address) && InetAddress.getByName(address).isLoopbackAddress();
	}

	private @Nullable String address() {
		Environment environment = this.context.getEnvironment();
		boolean own = StringUtils.hasText(environment.getProperty("management.server.port"));
		return environment.getProperty(own ? "management.server.address" : "server.address");
	}

}

package dev.cairn.mcp;

import dev.cairn.Origin;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.ConditionalOnCairn;
import jakarta.servlet.http.HttpServlet;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;

/**
 * The servlet of the MCP endpoint on the server of the actuator, below its path.
 */
@ManagementContextConfiguration(value = ManagementContextType.ANY, proxyBeanMethods = false)
@ConditionalOnCairn(value = "mcp", enabledByDefault = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class McpManagementConfiguration {

	private static final String NAME = "cairnmcp";

	@Bean
	ServletRegistrationBean<HttpServlet> cairnMcpServlet(McpProperties properties, WebEndpointProperties endpoints,
			ObjectProvider<McpTools> tools, ObjectProvider<Origin> origin, ObjectProvider<Extensions> extensions,
			ObjectProvider<Redactor> redactor) {
		Access access = properties.toAccess();
		String path = endpoints.getBasePath() + "/" + NAME;
		ServletRegistrationBean<HttpServlet> servlet = new ServletRegistrationBean<>(new McpServlet(access, () -> {
			Origin service = origin.getObject();
			return McpTransport.create(service.service(), version(service), path, access, tools.getObject().all(),
					new ToolCalls(extensions.getObject(), redactor.getObject()));
		}), path);
		servlet.setName("cairnMcp");
		return servlet;
	}

	/** The protocol requires a version. */
	private static String version(Origin service) {
		return (service.release() != null) ? service.release() : "unknown";
	}

}

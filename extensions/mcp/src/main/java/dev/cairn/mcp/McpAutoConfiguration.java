package dev.cairn.mcp;

import java.time.InstantSource;

import dev.cairn.ApplicationFrames;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.incident.Incidents;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.ParameterValueMapper;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for what the MCP endpoint shows: the
 * recent messages, the kinds of failures, and endpoints of the actuator. Off unless
 * {@code cairn.mcp.enabled} is {@code true}.
 */
@AutoConfiguration(before = CairnAutoConfiguration.class)
@ConditionalOnCairn(value = "mcp", enabledByDefault = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(McpProperties.class)
public final class McpAutoConfiguration {

	@Bean
	RecentMessages cairnMcpMessages(McpProperties properties, Redactor redactor, ApplicationFrames application) {
		return new RecentMessages(MessageEncoder.Format.CAIRN.encoder(redactor, application),
				properties.checkedMessages());
	}

	@Bean
	IncidentGroups cairnMcpIncidents(Incidents incidents, ApplicationFrames application, Redactor redactor) {
		return new IncidentGroups(incidents, application, redactor, InstantSource.system());
	}

	@Bean
	McpTools cairnMcpTools(RecentMessages messages, IncidentGroups groups, ApplicationContext context,
			ParameterValueMapper parameters, ObjectProvider<OperationInvokerAdvisor> advisors,
			EndpointAccessResolver access) {
		return new McpTools(messages, groups, new Endpoints(context, parameters, advisors, access));
	}

}

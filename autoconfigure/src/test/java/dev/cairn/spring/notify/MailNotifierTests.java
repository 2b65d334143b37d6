package dev.cairn.spring.notify;

import java.util.List;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.internet.MimeMessage;
import org.junit.jupiter.api.Test;

import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSenderImpl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MailNotifier} with a real server.
 */
class MailNotifierTests {

	@Test
	void sendsAMailToEachRecipient() throws Exception {
		GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
		server.start();
		try {
			sender(server.getSmtp().getPort()).send(WebhookNotifierTests.notification("it broke"));
			MimeMessage[] received = server.getReceivedMessages();
			assertThat(received).hasSize(2);
			assertThat(received[0].getSubject()).isEqualTo("[shop production] New failure: Oops");
			assertThat(received[0].getFrom()).extracting(Object::toString).containsExactly("cairn@example.com");
			assertThat(received[0].getRecipients(RecipientType.TO)).hasSize(2);
			assertThat(received[0].getContent().toString()).contains("it broke", "Error id: e1", "Count: 3");
		}
		finally {
			server.stop();
		}
	}

	@Test
	void failsIfTheServerIsDown() {
		GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
		server.start();
		int port = server.getSmtp().getPort();
		server.stop();
		assertThatExceptionOfType(MailSendException.class)
			.isThrownBy(() -> sender(port).send(WebhookNotifierTests.notification("")));
	}

	private static MailNotifier sender(int port) {
		JavaMailSenderImpl sender = new JavaMailSenderImpl();
		sender.setHost("127.0.0.1");
		sender.setPort(port);
		return new MailNotifier(sender, "cairn@example.com", List.of("a@example.com", "b@example.com"));
	}

}

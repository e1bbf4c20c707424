package dev.onoma.acme;

import dev.onoma.api.CertificateIssuer;
import dev.onoma.api.Names;
import java.io.IOException;
import java.net.http.HttpClient;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.shredzone.acme4j.Account;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Dns01Challenge;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.provider.GenericAcmeProvider;
import org.xbill.DNS.Name;

/// Gets certificates with acme4j. Keeps nothing, and waits: for virtual threads.
public final class AcmeIssuer implements CertificateIssuer {
    private static final Duration NETWORK_PATIENCE = Duration.ofSeconds(20);

    /// A proof that is shown.
    private record Shown(Name owner, String text) {}

    @Override
    public List<X509Certificate> issue(Order order, Proofs proofs)
            throws IOException, InterruptedException {
        var shown = new ArrayList<Shown>();
        try (var client = client(order)) {
            return issue(order, account(order, client), proofs, shown);
        } catch (AcmeRateLimitedException e) {
            throw new Refused(text(e), e.getRetryAfter().orElse(null), e);
        } catch (AcmeException e) {
            throw new IOException(text(e), e);
        } finally {
            shown.forEach(proof -> proofs.hide(proof.owner(), proof.text()));
        }
    }

    private static HttpClient client(Order order) {
        return HttpClient.newBuilder()
                .sslContext(order.tls())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(NETWORK_PATIENCE)
                .build();
    }

    /// The account of the key; a new one if the authority does not know it.
    private static Account account(Order order, HttpClient client) throws AcmeException {
        var session =
                new Session(
                        order.directory(),
                        new GenericAcmeProvider() {
                            @Override
                            public HttpClient createHttpClient(NetworkSettings settings) {
                                return client;
                            }
                        });
        session.networkSettings().setTimeout(NETWORK_PATIENCE);
        var builder = new AccountBuilder().agreeToTermsOfService().useKeyPair(order.account());
        order.email().ifPresent(builder::addEmail);
        return builder.create(session);
    }

    private static List<X509Certificate> issue(
            Order order, Account account, Proofs proofs, List<Shown> shown)
            throws AcmeException, IOException, InterruptedException {
        var wanted = account.newOrder().domains(order.domains()).create();
        var pending = new ArrayList<Dns01Challenge>();
        var asked = new ArrayList<Authorization>();
        for (var authorization : wanted.getAuthorizations()) {
            if (authorization.getStatus() != Status.VALID) {
                asked.add(authorization);
                pending.add(show(authorization, proofs, shown));
            }
        }
        for (var challenge : pending) {
            challenge.trigger();
        }
        for (var authorization : asked) {
            if (authorization.waitForCompletion(order.patience()) != Status.VALID) {
                throw new IOException(
                        "%s was not proved: %s"
                                .formatted(
                                        authorization.getIdentifier().getDomain(),
                                        reason(authorization)));
            }
        }
        wanted.waitUntilReady(order.patience());
        wanted.execute(order.key());
        if (wanted.waitForCompletion(order.patience()) != Status.VALID) {
            var cause = wanted.getError().map(AcmeIssuer::text);
            throw new IOException("no certificate: " + cause.orElse("it took too long"));
        }
        return wanted.getCertificate().getCertificateChain();
    }

    private static Dns01Challenge show(
            Authorization authorization, Proofs proofs, List<Shown> shown) throws IOException {
        var domain = authorization.getIdentifier().getDomain();
        var challenge =
                authorization
                        .findChallenge(Dns01Challenge.class)
                        .orElseThrow(
                                () -> new IOException("the authority has no dns-01 for " + domain));
        var name = challenge.getRRName(authorization.getIdentifier());
        var proof = new Shown(Names.of(name), challenge.getDigest());
        proofs.show(proof.owner(), proof.text());
        shown.add(proof);
        return challenge;
    }

    private static String reason(Authorization authorization) {
        return authorization
                .findChallenge(Dns01Challenge.class)
                .flatMap(Dns01Challenge::getError)
                .map(AcmeIssuer::text)
                .orElse("the authority does not say why");
    }

    private static String text(AcmeException e) {
        var cause = e.getCause();
        return cause == null ? String.valueOf(e.getMessage()) : e.getMessage() + " (" + cause + ")";
    }

    private static String text(Problem problem) {
        return problem.getDetail().orElse(problem.toString());
    }
}

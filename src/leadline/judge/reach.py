"""Whether an endpoint can be asked at all, found out before a study trains for hours."""

from leadline.errors import BadStudy
from leadline.judge.client import openai_package
from leadline.judge.endpoint import Endpoint, scrubbed

WAIT = 20.0  # seconds for an answer about nothing but its models


def refuse_unreachable(endpoint: Endpoint) -> None:
    """Ask the endpoint for its list of models, which costs nothing. One that has no such list is
    reached all the same. Raises BadStudy if nothing answers, or it wants another key."""
    openai = openai_package()
    key = endpoint.key()
    client = openai.OpenAI(api_key=key, base_url=endpoint.url, timeout=WAIT, max_retries=0)
    try:
        client.models.with_raw_response.list()  # unread: any answer will do
    except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
        raise BadStudy(
            f"{endpoint.url} wants another key than {endpoint.key_variable} holds now: "
            f"{scrubbed(str(error.message), key=key)[:300]}"
        ) from None
    except openai.APIStatusError:
        return
    except openai.APIConnectionError:
        raise BadStudy(
            f"nothing answers at {endpoint.url}, which the study's judge needs. Is the server "
            "running, the address right? Nothing was trained."
        ) from None
